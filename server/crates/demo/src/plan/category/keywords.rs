//! The words that put a product into a category.

/// Categories with their keywords, in the order in which they are asked: a Christmas card is Christmas before it is a
/// card, a lunch bag is a bag before it is for lunch.
#[rustfmt::skip]
pub(super) const KEYWORDS: &[(&str, &[&str])] = &[
    ("Christmas", &[
        "ADVENT", "BAUBLE", "CHRISTMAS", "CRACKER", "NATIVITY", "NOEL", "REINDEER", "RUDOLPH", "SANTA", "SNOWFLAKE",
        "SNOWMAN", "SNOWMEN", "STOCKING", "WREATH", "XMAS",
    ]),
    ("Party", &[
        "BALLOON", "BIRTHDAY", "BUNTING", "CAKE CASE", "COCKTAIL", "CONFETTI", "DOILIES", "EASTER", "GARLAND",
        "HONEYCOMB", "PAPER CHAIN", "PARTY", "PENNANT", "PLACE SETTING", "STRAW",
    ]),
    ("Bags and travel", &[
        "BACKPACK", "BAG", "HANDBAG", "LUGGAGE", "PARASOL", "PASSPORT", "PURSE", "SHOPPER", "UMBRELLA", "WALLET",
    ]),
    ("Jewellery and accessories", &[
        "BANGLE", "BEAD", "BRACELET", "BROOCH", "CHARM", "COMPACT MIRROR", "DIAMANTE", "EAR MUFF", "EARRING",
        "HAIR", "HAIRCLIP", "HAND WARMER", "HAT", "JEWEL", "JEWELLED", "JEWELLERY", "KEY CHAIN", "KEYRING",
        "LARIAT", "NECKLAC", "NECKLACE", "RING", "SCARF", "SLIPPER", "SUNGLASSES", "TIARA",
    ]),
    ("Candles and lighting", &[
        "CANDLE", "CANDLEHOLDER", "CANDLEPOT", "CANDLESTICK", "CHANDELIER", "INCENSE", "LAMP", "LAMPSHADE",
        "LANTERN", "LIGHT", "OIL BURNER", "SCENT", "SCENTED", "TEALIGHT", "TORCH", "VOTIVE",
    ]),
    ("Stationery and cards", &[
        "ALBUM", "BLACKBOARD", "BOOK", "CALCULATOR", "CALENDAR", "CARD", "CHALKBOARD", "CRAYON", "ENVELOPE",
        "ERASER", "GIFT TAG", "JOURNAL", "LETTER", "MAGNET", "MEMO", "MEMOBOARD", "NOTEBOOK", "NOTEPAD",
        "ORGANISER", "PAD", "PAPER", "PEN", "PENCIL", "POSTCARD", "RIBBON", "RUBBER", "RULER", "STAMP",
        "STATIONERY", "STICKER", "TAPE", "TISSUE", "WRAP",
    ]),
    ("Toys and games", &[
        "BABY", "BALL", "BINGO", "BLOCK", "BUBBLE", "CHILDRENS", "CHILDS", "CIRCUS PARADE", "COLOURING", "CRAFT",
        "CROQUET", "CUBE", "DINOSAUR", "DOLL", "DOMINOES", "FELTCRAFT", "GAME", "GLIDER", "HARMONICA", "JIGSAW",
        "KIDS", "LUDO", "MAGIC", "MOBILE", "PAINT", "PIGGY BANK", "PLAYHOUSE", "POP ART", "POSY", "PUPPET", "RACING CAR", "RATTLE", "ROBOT", "SANDCASTLE", "SEWING", "SKITTLE", "SNAKES LADDERS", "SOLDIER", "SPACEBOY",
        "TATTOO", "TEA SET", "TEATIME", "TEDDY", "TOY", "TRADITIONAL", "WINDMILL",
    ]),
    ("Garden and outdoors", &[
        "BEACH", "BICYCLE", "BIRD FEEDER", "BIRD HOUSE", "BIRD TABLE", "BIRDHOUSE", "BUCKET", "CAMPING", "CHIME",
        "FIRE", "FLOWER POT", "GARDEN", "GROW", "HAMMOCK", "HERB", "KNEELING", "NESTING", "PICNIC", "PLANT",
        "PLANTER", "THERMOMETER", "TREE", "TWINE", "WATERING", "WHEELBARROW", "WINDCHIME",
    ]),
    ("Kitchen and dining", &[
        "APRON", "BAKING", "BEAKER", "BISCUIT", "BOTTLE", "BOWL", "BREAD", "CAKE", "CAKESTAND", "CHEESE",
        "CHOCOLATE", "CHOPPING", "CHOPSTICK", "COASTER", "COFFEE", "COLANDER", "COOKIE", "CUP", "CUPCAKE",
        "CUTLERY", "DINER", "DINNER", "DISH", "EGG", "FLASK", "FOOD", "FRUIT", "GLASS", "ICE CREAM", "JAM", "JAR",
        "JUG", "KITCHEN", "LADLE", "LOLLY", "LUNCH", "MUG", "NAPKIN", "OVEN", "PAN", "PANTRY", "PLACEMAT", "PLATE",
        "PLATTER", "POPCORN", "PUDDING", "RECIPE", "SALT", "SCALES", "SNACK", "SPOON", "SUGAR", "SWEETIE",
        "TABLECLOTH", "TEA", "TEACUP", "TEAPOT", "TEASPOON", "TOAST", "TRAY", "TUMBLER", "WINE",
    ]),
    ("Storage", &[
        "BASKET", "BIN", "BOX", "CABINET", "CHEST", "CRATE", "DOORSTOP", "DRAWER", "HANGER", "HOLDER", "HOOK",
        "KEY", "LAUNDRY", "MONEY BANK", "POT", "RACK", "SHELF", "STAND", "TIDY", "TIN", "UNIT",
    ]),
    ("Bath and body", &[
        "BATH", "BATHROOM", "FLANNEL", "HOTTIE", "LAVENDER", "LIP", "SHOWER", "TOILET", "TOWEL", "WARMER",
    ]),
    ("Home textiles", &[
        "CHAIR", "COVER", "CURTAIN", "CUSHION", "DOORMAT", "FABRIC", "LACE", "MAT", "PATCH", "POUFFE", "QUILT",
        "SEAT", "STOOL", "TABLE", "THROW",
    ]),
    ("Home decoration", &[
        "BELL", "BUDDHA", "BUNNY", "BUTTERFLY", "CLOCK", "DECORATION", "DOG", "DUCK", "ENAMEL", "FAIRY", "FLOWER",
        "FRAME", "FROG", "GLOBE", "HANGING", "HEART", "HEN", "HORSE", "METAL", "MIRROR", "ORNAMENT", "OWL",
        "PAPERWEIGHT", "PHOTO", "PICTURE", "PRINT", "RABBIT", "ROSE", "SCREEN", "SHELL", "SIGN", "SKULL", "STAR",
        "STRING", "TILE", "WALL", "WOOD", "WOODEN",
    ]),
];
