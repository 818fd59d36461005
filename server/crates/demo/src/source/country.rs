//! Country names of the data set.

/// The name in the file and its code (ISO 3166-1 alpha-2, or one that `model::country` adds), most frequent first, since
/// half a million names are looked up from the top.
const COUNTRIES: &[(&str, &str)] = &[
    ("United Kingdom", "GB"),
    ("Germany", "DE"),
    ("France", "FR"),
    ("EIRE", "IE"),
    ("Spain", "ES"),
    ("Netherlands", "NL"),
    ("Belgium", "BE"),
    ("Switzerland", "CH"),
    ("Portugal", "PT"),
    ("Australia", "AU"),
    ("Norway", "NO"),
    ("Italy", "IT"),
    ("Channel Islands", "XC"),
    ("Finland", "FI"),
    ("Cyprus", "CY"),
    ("Sweden", "SE"),
    ("Unspecified", "ZZ"),
    ("Austria", "AT"),
    ("Denmark", "DK"),
    ("Japan", "JP"),
    ("Poland", "PL"),
    ("Israel", "IL"),
    ("USA", "US"),
    ("Hong Kong", "HK"),
    ("Singapore", "SG"),
    ("Iceland", "IS"),
    ("Canada", "CA"),
    ("Greece", "GR"),
    ("Malta", "MT"),
    ("United Arab Emirates", "AE"),
    ("European Community", "EU"),
    ("RSA", "ZA"),
    ("Lebanon", "LB"),
    ("Lithuania", "LT"),
    ("Brazil", "BR"),
    ("Czech Republic", "CZ"),
    ("Bahrain", "BH"),
    ("Saudi Arabia", "SA"),
];

/// The code of a country that the data set names.
pub(super) fn code(name: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_on_screens() {
        assert_eq!(COUNTRIES.len(), 38);
        for (name, code) in COUNTRIES {
            assert_ne!(model::country::name(code), *code, "{name}");
        }
    }

    #[test]
    fn names_of_the_data_set_are_not_all_the_standard_s() {
        assert_eq!(code("EIRE"), Some("IE"));
        assert_eq!(code("RSA"), Some("ZA"));
        assert_eq!(code("Unspecified"), Some("ZZ"));
        assert_eq!(code("Atlantis"), None);
    }
}
