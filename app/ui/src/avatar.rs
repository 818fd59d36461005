use leptos::prelude::*;

/// A person's initials in a circle, named for screen readers.
#[component]
pub fn Avatar(#[prop(into)] name: String) -> impl IntoView {
    let initials = initials(&name);
    // The letters are drawn by CSS: as text they would be read out, and belong to the name of a button around them.
    view! { <span class="avatar" role="img" aria-label=name data-initials=initials></span> }
}

/// The first letters of the first and the last word, in capitals.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn takes_first_and_last_word() {
        assert_eq!(initials("amira van der patel"), "AP");
        assert_eq!(initials("Øyvind"), "Ø");
        assert_eq!(initials("  "), "");
    }
}
