use leptos::prelude::*;
use std::fmt::Write as _;

/// The drawing's own units; the element is stretched to its box by CSS.
const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 28.0;
/// Room for half a stroke above and below.
const MARGIN: f64 = 2.0;

/// A trend without axes, drawn on the server. Decoration: the figures beside it say the same in words.
#[component]
pub fn Sparkline(values: Vec<f64>) -> impl IntoView {
    line(&values).map(|line| {
        let area = format!("{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z");
        view! {
            <svg class="sparkline" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
                <path class="sparkline-area" d=area></path>
                <path d=line></path>
            </svg>
        }
    })
}

/// The SVG path through `values`, or nothing when there aren't two finite ones to join.
fn line(values: &[f64]) -> Option<String> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let count = finite().count();
    if count < 2 {
        return None;
    }
    let low = finite().fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    let range = if high > low { high - low } else { 1.0 };
    #[allow(clippy::cast_precision_loss, reason = "a sparkline has at most a few hundred points")]
    let step = WIDTH / (count - 1) as f64;
    let mut path = String::new();
    let mut x = 0.0;
    for value in finite() {
        let y = HEIGHT - MARGIN - (value - low) / range * (HEIGHT - 2.0 * MARGIN);
        let command = if path.is_empty() { 'M' } else { 'L' };
        write!(path, "{command}{x:.1} {y:.1}").ok()?;
        x += step;
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn spans_the_box() {
        assert_eq!(line(&[0.0, 10.0]).as_deref(), Some("M0.0 26.0L100.0 2.0"));
    }

    #[test]
    fn flat_and_short_series_do_not_divide_by_zero() {
        assert_eq!(line(&[5.0, 5.0]).as_deref(), Some("M0.0 26.0L100.0 26.0"));
        assert_eq!(line(&[5.0]), None);
        assert_eq!(line(&[f64::NAN, 1.0]), None);
    }
}
