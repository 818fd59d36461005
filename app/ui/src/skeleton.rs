use leptos::prelude::*;

/// The shape of what is on its way, so that nothing jumps when it comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkeletonShape {
    Title,
    #[default]
    Line,
    Short,
    Block,
}

/// A placeholder. Silent: the region around it says that it is loading (`aria-busy`).
#[component]
pub fn Skeleton(#[prop(optional)] shape: SkeletonShape) -> impl IntoView {
    let class = match shape {
        SkeletonShape::Title => "skeleton skeleton-title",
        SkeletonShape::Line => "skeleton",
        SkeletonShape::Short => "skeleton skeleton-short",
        SkeletonShape::Block => "skeleton skeleton-block",
    };
    view! { <span class=class aria-hidden="true"></span> }
}
