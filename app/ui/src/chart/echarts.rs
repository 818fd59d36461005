//! The part of echarts that we use, the theme made of our tokens, and what JSON can't say (functions).
//!
//! Calls go by name (`Reflect`) and not through `#[wasm_bindgen] extern`: that macro writes `unsafe` into this crate, which
//! the workspace forbids.

use js_sys::{Array, Function, JSON, Object, Reflect};
use leptos::prelude::{document, window};
use std::fmt::Write as _;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CssStyleDeclaration, HtmlElement};

/// The series that is there to compare with.
const PREVIOUS_PERIOD: &str = "Previous period";
const PALETTE_SIZE: u32 = 8;
const FONT: &str = "'Inter Variable', system-ui, sans-serif";

/// A chart on the page. Dropping it takes it away.
pub(super) struct Drawing {
    instance: JsValue,
    /// echarts calls these as long as the chart lives.
    _axis_label: Closure<dyn Fn(JsValue) -> String>,
    _exact_value: Closure<dyn Fn(JsValue) -> String>,
}

impl Drawing {
    pub(super) fn resize(&self) {
        // Nothing hangs on a chart that is a little too wide.
        let _ = call(&self.instance, "resize", &Array::new());
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        // Its element goes with it in any case.
        let _ = call(&self.instance, "dispose", &Array::new());
    }
}

pub(super) fn draw(element: &HtmlElement, option: &str, format: &str) -> Result<Drawing, JsValue> {
    let root = document().document_element().ok_or(JsValue::NULL)?;
    let style = window().get_computed_style(&root)?.ok_or(JsValue::NULL)?;
    let locale = root.get_attribute("lang").map_or(JsValue::UNDEFINED, |lang| JsValue::from_str(&lang));

    let short = NumberFormat::new(&locale, format, true)?;
    let exact = NumberFormat::new(&locale, format, false)?;
    let axis_label = Closure::<dyn Fn(JsValue) -> String>::new(move |value: JsValue| {
        let label = short.format(&value);
        // The house style is 12.4k; some locales' data say 12.4K.
        match label.strip_suffix('K') {
            Some(number) => format!("{number}k"),
            None => label,
        }
    });
    let exact_value = Closure::<dyn Fn(JsValue) -> String>::new(move |value: JsValue| {
        if value.as_f64().is_some() { exact.format(&value) } else { "none".to_owned() }
    });

    let option = JSON::parse(option)?;
    complete(&option, &style, axis_label.as_ref(), exact_value.as_ref())?;
    let settings = JSON::parse(r#"{"renderer":"svg"}"#)?;
    let library = get(&window(), "echarts")?;
    let instance = call(&library, "init", &Array::of3(element, &theme(&style)?, &settings))?;
    let drawing = Drawing { instance, _axis_label: axis_label, _exact_value: exact_value };
    call(&drawing.instance, "setOption", &Array::of1(&option))?;
    Ok(drawing)
}

/// `Intl.NumberFormat`: the browser knows every locale and currency already.
struct NumberFormat(JsValue);

impl NumberFormat {
    /// `format` is an ISO 4217 code or "count"; `short` gives 12.4k instead of 12,400.
    fn new(locale: &JsValue, format: &str, short: bool) -> Result<Self, JsValue> {
        let options = JsValue::from(Object::new());
        if format != "count" {
            set(&options, "style", &"currency".into())?;
            set(&options, "currency", &format.into())?;
        }
        if short {
            set(&options, "notation", &"compact".into())?;
            set(&options, "minimumFractionDigits", &JsValue::from_f64(0.0))?;
            set(&options, "maximumFractionDigits", &JsValue::from_f64(1.0))?;
        }
        let intl = get(&window(), "Intl")?;
        call(&intl, "NumberFormat", &Array::of2(locale, &options)).map(Self)
    }

    fn format(&self, value: &JsValue) -> String {
        call(&self.0, "format", &Array::of1(value)).ok().and_then(|text| text.as_string()).unwrap_or_default()
    }
}

/// Puts into the option what JSON can't hold, and what every chart of ours has in common.
fn complete(
    option: &JsValue,
    style: &CssStyleDeclaration,
    axis_label: &JsValue,
    exact_value: &JsValue,
) -> Result<(), JsValue> {
    set(option, "animation", &false.into())?;
    let tooltip = child(option, "tooltip")?;
    // The usual tooltip is HTML with style attributes, which our content security policy refuses.
    set(&tooltip, "renderMode", &"richText".into())?;
    set(&tooltip, "confine", &true.into())?;
    set(&tooltip, "valueFormatter", exact_value)?;
    if get(&tooltip, "trigger")?.is_undefined() {
        set(&tooltip, "trigger", &"axis".into())?;
    }
    for (key, usual_type) in [("xAxis", "category"), ("yAxis", "value")] {
        for axis in each(option, key)? {
            let axis_type = get(&axis, "type")?.as_string();
            if axis_type.as_deref().unwrap_or(usual_type) == "value" {
                set(&child(&axis, "axisLabel")?, "formatter", axis_label)?;
            }
        }
    }
    for series in each(option, "series")? {
        if get(&series, "name")?.as_string().as_deref() == Some(PREVIOUS_PERIOD) {
            let muted = JsValue::from_str(&colour(style, "--chart-muted"));
            let line = child(&series, "lineStyle")?;
            set(&line, "type", &"dashed".into())?;
            set(&line, "width", &JsValue::from_f64(1.5))?;
            set(&line, "color", &muted)?;
            set(&child(&series, "itemStyle")?, "color", &muted)?;
            set(&series, "z", &JsValue::from_f64(1.0))?;
        }
    }
    Ok(())
}

fn theme(style: &CssStyleDeclaration) -> Result<JsValue, JsValue> {
    let mut palette = String::new();
    for number in 1..=PALETTE_SIZE {
        let comma = if number == 1 { "" } else { "," };
        // Writing to a string can't fail.
        let _ = write!(palette, r#"{comma}"{}""#, colour(style, &format!("--chart-{number}")));
    }
    let [label, grid, muted, tooltip, tooltip_text, tooltip_border] = [
        "--chart-label",
        "--chart-grid",
        "--chart-muted",
        "--chart-tooltip",
        "--chart-tooltip-text",
        "--chart-tooltip-border",
    ]
    .map(|name| colour(style, name));
    let axis_label = format!(r#""axisLabel":{{"color":"{label}","fontSize":12}},"axisTick":{{"show":false}}"#);
    let category = format!(
        r#"{{"axisLine":{{"show":true,"lineStyle":{{"color":"{grid}"}}}},{axis_label},"splitLine":{{"show":false}}}}"#
    );
    let value = format!(
        r#"{{"axisLine":{{"show":false}},{axis_label},"splitLine":{{"show":true,"lineStyle":{{"color":["{grid}"]}}}}}}"#
    );
    JSON::parse(&format!(
        r#"{{"color":[{palette}],"backgroundColor":"transparent",
        "textStyle":{{"fontFamily":"{FONT}","color":"{label}"}},
        "categoryAxis":{category},"timeAxis":{category},"valueAxis":{value},"logAxis":{value},
        "line":{{"symbol":"none","smooth":false,"lineStyle":{{"width":2}}}},
        "bar":{{"itemStyle":{{"borderRadius":2}}}},
        "legend":{{"textStyle":{{"color":"{label}"}},"icon":"roundRect","itemWidth":12,"itemHeight":3}},
        "tooltip":{{"backgroundColor":"{tooltip}","borderColor":"{tooltip_border}","borderWidth":1,"padding":[8,10],
            "textStyle":{{"color":"{tooltip_text}","fontSize":12}},
            "axisPointer":{{"lineStyle":{{"color":"{muted}"}}}}}}}}"#
    ))
}

fn colour(style: &CssStyleDeclaration, name: &str) -> String {
    style.get_property_value(name).unwrap_or_default().trim().to_owned()
}

fn get(target: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    Reflect::get(target, &key.into())
}

fn set(target: &JsValue, key: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(target, &key.into(), value).map(|_| ())
}

fn call(target: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    let function: Function = get(target, method)?.dyn_into()?;
    Reflect::apply(&function, target, arguments)
}

/// The object under `key`, made when there is none.
fn child(target: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    let found = get(target, key)?;
    if found.is_object() {
        return Ok(found);
    }
    let made = JsValue::from(Object::new());
    set(target, key, &made)?;
    Ok(made)
}

/// What stands under `key`: echarts takes one object or an array of them.
fn each(target: &JsValue, key: &str) -> Result<Vec<JsValue>, JsValue> {
    let found = get(target, key)?;
    Ok(match found.dyn_ref::<Array>() {
        Some(many) => many.iter().collect(),
        None if found.is_object() => vec![found],
        None => Vec::new(),
    })
}
