//! Pages that links of mails lead to.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Banner, ButtonVariant, LinkButton, Skeleton, Tone};

/// What a link carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkParts {
    /// Empty where the link isn't about a business.
    pub business: String,
    pub token: String,
}

impl LinkParts {
    /// Of the page's own address.
    pub fn of_page() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| {
            query.with(|query| {
                let part = |name| query.get(name).unwrap_or_default();
                Self { business: part("business"), token: part("token") }
            })
        })
    }

    /// Whether its secret can be one of ours: 256 bits as hexadecimal digits.
    pub fn can_be_ours(&self) -> bool {
        self.token.len() == 64 && self.token.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

/// A link that opens nothing any more, and where to get another one.
pub fn invalid(href: &'static str, label: &'static str) -> AnyView {
    view! {
        <div class="stack">
            <Banner tone=Tone::Danger alert=true>
                {model::registration::LinkProblem.to_string()}
            </Banner>
            <div class="row">
                <LinkButton href=href variant=ButtonVariant::Primary>
                    {label}
                </LinkButton>
            </div>
        </div>
    }
    .into_any()
}

pub fn skeleton() -> AnyView {
    view! {
        <div class="stack" aria-busy="true">
            <Skeleton />
            <Skeleton />
        </div>
    }
    .into_any()
}
