//! The branch of a union, chosen by everything that the branches declare.
//!
//! A branch is chosen for a value if the value fits, and if the branch loses no property that another branch declares.

use serde_json::Number;

use super::buffer::{Buffer, Buffered, Entry};
use super::integers;

/// What a type declares.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names are those of JSON Schema's types")]
pub enum Shape {
    Anything,
    Boolean,
    /// One of the two booleans.
    Flag(bool),
    /// An integer of 64 bits.
    Integer,
    Int32,
    UInt32,
    UInt64,
    Number,
    Text,
    /// A string with known values.
    Texts(&'static [&'static str]),
    /// An integer with known values.
    Integers(&'static [i64]),
    Array(&'static Shape),
    /// The items of an array of this length.
    Tuple(&'static [&'static Shape]),
    Nullable(&'static Shape),
    /// The declared properties, sorted by name, and the type of the others if they are kept.
    Object(&'static [Property], Option<&'static Shape>),
    OneOf(&'static [&'static Shape]),
}

/// A declared property: its name, whether it is required, its type.
pub type Property = (&'static str, Presence, &'static Shape);

/// A value whose branch is to be chosen. It is not decoded, so its error has no effect.
type Value<'b, 'de> = Buffered<'b, 'de, ()>;

/// Whether a property is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is required.
    Always,
    /// It is required in one of the two directions.
    Mostly,
    /// It is optional.
    Maybe,
}

/// The vagueness of an integer type for an integer that it cannot hold: more than that of a type of any value.
const LARGE: u32 = 2000;

/// How far a value is from a type. The first field counts most.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    /// Values that are not among the known ones.
    unlisted: u32,
    /// Properties that are not declared.
    undeclared: u32,
    /// Properties that are required in one direction, and missing here.
    missing: u32,
    /// How little of the value the type describes.
    vague: u32,
}

impl Distance {
    fn add(&mut self, other: Self) {
        self.unlisted = self.unlisted.saturating_add(other.unlisted);
        self.undeclared = self.undeclared.saturating_add(other.undeclared);
        self.missing = self.missing.saturating_add(other.missing);
        self.vague = self.vague.saturating_add(other.vague);
    }
}

/// The indices of the types that the value fits, the nearest first. A type that would lose a property of the value is
/// left out if another type declares that property, or if another type that the value fits loses fewer properties. Equally
/// near types decode the value alike.
pub fn candidates(value: &Buffer<'_>, shapes: &[&Shape]) -> Vec<usize> {
    let value = value.value();
    let mut near = fitting(value, shapes);
    let fewest = near.iter().map(|(distance, _)| distance.undeclared).min().unwrap_or_default();
    near.retain(|(distance, index)| {
        let shape = shapes.get(*index).copied();
        let loses_nothing = || shape.is_none_or(|shape| !loses(value, shape, shapes));
        distance.undeclared == 0 || (distance.undeclared == fewest && loses_nothing())
    });
    near.into_iter().map(|(_, index)| index).collect()
}

/// The same, but only types that declare every property of the value.
pub fn exact_candidates(value: &Buffer<'_>, shapes: &[&Shape]) -> Vec<usize> {
    let mut near = fitting(value.value(), shapes);
    near.retain(|(distance, _)| distance.undeclared == 0);
    near.into_iter().map(|(_, index)| index).collect()
}

/// Whether the value fits the type at `index`, and that type loses no property that another of the types declares.
pub fn keeps(value: &Buffer<'_>, index: usize, shapes: &[&Shape]) -> bool {
    candidates(value, shapes).contains(&index)
}

/// Whether the value fits the type.
pub fn fits(value: &Buffer<'_>, shape: &Shape) -> bool {
    distance(value.value(), shape).is_some()
}

fn nearest(value: Value<'_, '_>, shapes: &[&Shape]) -> Option<(Distance, usize)> {
    let near = shapes.iter().enumerate().filter_map(|(index, shape)| Some((distance(value, shape)?, index)));
    near.min()
}

fn fitting(value: Value<'_, '_>, shapes: &[&Shape]) -> Vec<(Distance, usize)> {
    let near = shapes.iter().enumerate().filter_map(|(index, shape)| Some((distance(value, shape)?, index)));
    let mut near: Vec<_> = near.collect();
    near.sort_unstable();
    near
}

/// Whether a type that the value fits would lose a property that one of `all` declares at the same location.
fn loses(value: Value<'_, '_>, shape: &Shape, all: &[&Shape]) -> bool {
    match shape {
        Shape::Nullable(inner) => loses(value, inner, all),
        Shape::OneOf(shapes) => {
            let chosen = nearest(value, shapes).and_then(|(_, index)| shapes.get(index));
            chosen.is_some_and(|shape| loses(value, shape, all))
        }
        Shape::Array(inner) => {
            let mut items = Vec::new();
            all.iter().for_each(|shape| add_items(shape, &mut items));
            value.items().any(|item| loses(item, inner, &items))
        }
        Shape::Tuple(elements) => {
            let mut items = Vec::new();
            all.iter().for_each(|shape| add_items(shape, &mut items));
            value.items().zip(*elements).any(|(item, element)| loses(item, element, &items))
        }
        Shape::Object(declared, others) => value.properties().any(|(name, value)| {
            let mut inside = Vec::new();
            match property(declared, name).map(|(_, _, shape)| *shape).or(*others) {
                Some(shape) => {
                    all.iter().for_each(|shape| add_property(shape, name, true, &mut inside));
                    loses(value, shape, &inside)
                }
                None => {
                    all.iter().for_each(|shape| add_property(shape, name, false, &mut inside));
                    !inside.is_empty()
                }
            }
        }),
        _ => false,
    }
}

fn add_items<'s>(shape: &'s Shape, items: &mut Vec<&'s Shape>) {
    match shape {
        Shape::Nullable(inner) => add_items(inner, items),
        Shape::OneOf(shapes) => shapes.iter().for_each(|shape| add_items(shape, items)),
        Shape::Array(inner) => items.push(inner),
        Shape::Tuple(elements) => items.extend(elements.iter().copied()),
        _ => {}
    }
}

/// Adds the declarations of this property, with those of undeclared properties if `with_others`.
fn add_property<'s>(shape: &'s Shape, name: &str, with_others: bool, found: &mut Vec<&'s Shape>) {
    match shape {
        Shape::Nullable(inner) => add_property(inner, name, with_others, found),
        Shape::OneOf(shapes) => shapes.iter().for_each(|shape| add_property(shape, name, with_others, found)),
        Shape::Object(declared, others) => {
            let others = others.filter(|_| with_others);
            found.extend(property(declared, name).map(|(_, _, shape)| *shape).or(others));
        }
        _ => {}
    }
}

/// The declaration of a property.
fn property(declared: &'static [Property], name: &str) -> Option<&'static Property> {
    let index = declared.binary_search_by(|(declared, _, _)| (*declared).cmp(name)).ok()?;
    declared.get(index)
}

fn distance(value: Value<'_, '_>, shape: &Shape) -> Option<Distance> {
    let fits = |is: bool| is.then(Distance::default);
    let listed = |is: bool, vague: u32| Some(Distance { unlisted: u32::from(!is), vague, ..Distance::default() });
    match (shape, value.head().0) {
        (Shape::Anything, _) => Some(Distance { vague: 1000, ..Distance::default() }),
        (Shape::Nullable(_), Entry::Null) => Some(Distance::default()),
        (Shape::Nullable(inner), _) => distance(value, inner),
        (Shape::OneOf(shapes), _) => nearest(value, shapes).map(|(distance, _)| distance),
        (Shape::Boolean, Entry::Boolean(_)) => Some(Distance { vague: 1, ..Distance::default() }),
        (Shape::Flag(only), Entry::Boolean(flag)) => fits(flag == only),
        (Shape::Number, Entry::Number(_)) => Some(Distance { vague: 2, ..Distance::default() }),
        // A larger integer fits the schema, but not the type: such a value is not left to a type that loses properties.
        (Shape::Integer, Entry::Number(number)) => integer(number, i64::MIN.into(), i64::MAX.into())
            .or_else(|| is_whole(number).then_some(Distance { vague: LARGE, ..Distance::default() })),
        (Shape::Int32, Entry::Number(number)) => integer(number, i32::MIN.into(), i32::MAX.into()),
        (Shape::UInt32, Entry::Number(number)) => integer(number, 0, u32::MAX.into()),
        (Shape::UInt64, Entry::Number(number)) => integer(number, 0, u64::MAX.into()),
        // A single value identifies the type; several may have been extended.
        (Shape::Integers(known), Entry::Number(number)) => {
            let number = whole(number).and_then(|number| i64::try_from(number).ok())?;
            if let [only] = known { fits(*only == number) } else { listed(known.contains(&number), 0) }
        }
        (Shape::Text, Entry::Text(_)) => Some(Distance { vague: 1, ..Distance::default() }),
        (Shape::Texts([only]), Entry::Text(text)) => fits(only == text),
        (Shape::Texts(known), Entry::Text(text)) => listed(known.contains(&&**text), 0),
        (Shape::Array(inner), Entry::Array(_)) => {
            let mut total = Distance::default();
            for item in value.items() {
                total.add(distance(item, inner)?);
            }
            Some(total)
        }
        (Shape::Tuple(elements), Entry::Array(_)) => {
            let mut total = Distance::default();
            let mut items = value.items();
            for element in *elements {
                total.add(distance(items.next()?, element)?);
            }
            items.next().is_none().then_some(total)
        }
        (Shape::Object(declared, others), Entry::Object(_)) => of_properties(value, declared, *others),
        _ => None,
    }
}

fn of_properties(value: Value<'_, '_>, declared: &'static [Property], others: Option<&Shape>) -> Option<Distance> {
    let mut total = Distance::default();
    // How many properties of each presence are there.
    let (mut always, mut mostly) = (0, 0);
    for (name, value) in value.properties() {
        let Some((_, presence, shape)) = property(declared, name) else {
            match others {
                Some(shape) => {
                    let mut distance = distance(value, shape)?;
                    distance.vague = distance.vague.saturating_add(1);
                    total.add(distance);
                }
                None => total.undeclared = total.undeclared.saturating_add(1),
            }
            continue;
        };
        match presence {
            Presence::Always => always += 1,
            Presence::Mostly => mostly += 1,
            Presence::Maybe if matches!(value.head().0, Entry::Null) => continue,
            Presence::Maybe => {}
        }
        total.add(distance(value, shape)?);
    }
    let required = |presence| declared.iter().filter(|(_, declared, _)| *declared == presence).count();
    // A property that occurs twice counts twice. Such a value fits no struct anyway.
    if always < required(Presence::Always) {
        return None;
    }
    let missing = required(Presence::Mostly).saturating_sub(mostly);
    total.missing += u32::try_from(missing).unwrap_or(u32::MAX);
    Some(total)
}

/// The distance of a number from integers in a range.
fn integer(number: &Number, least: i128, most: i128) -> Option<Distance> {
    let whole = whole(number)?;
    // A number that is written as a fraction is nearer to a fraction.
    let vague = if number.is_f64() { 3 } else { 1 };
    (least <= whole && whole <= most).then_some(Distance { vague, ..Distance::default() })
}

/// Whether the number is an integer of any size, as far as a double tells.
fn is_whole(number: &Number) -> bool {
    number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// The number as an integer, if it is one.
fn whole(number: &Number) -> Option<i128> {
    let (signed, unsigned) = (number.as_i64().map(i128::from), number.as_u64().map(i128::from));
    signed.or(unsigned).or_else(|| integers::whole(number.as_f64()?).map(i128::from))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    fn candidates(value: &Value, shapes: &[&Shape]) -> Vec<usize> {
        super::candidates(&Buffer::deserialize(value).unwrap(), shapes)
    }

    const AGE: Shape =
        Shape::Object(&[("age", Presence::Always, &Shape::Integer), ("nick", Presence::Maybe, &Shape::Text)], None);
    const KIND: Shape = Shape::Object(&[("kind", Presence::Always, &Shape::Text)], None);

    #[test]
    fn a_branch_that_loses_a_property_of_another_branch_is_no_candidate() {
        let chosen = |value: Value| candidates(&value, &[&AGE, &KIND]);
        assert_eq!(chosen(json!({"age": 1})), [0]);
        assert_eq!(chosen(json!({"age": 1, "new": 2})), [0]);
        assert_eq!(chosen(json!({"age": 1, "kind": "cat"})), [0; 0]);
        assert_eq!(chosen(json!({"age": null, "kind": "cat"})), [0; 0]);
        let maps: [&Shape; 2] = [&Shape::Object(&[], Some(&AGE)), &Shape::Object(&[], Some(&KIND))];
        assert_eq!(candidates(&json!({"a": {"age": 1}, "b": {"age": 2, "new": 3}}), &maps), [0]);
        assert_eq!(candidates(&json!({"a": {"age": 1, "kind": "cat"}}), &maps), [0; 0]);
        let nested: [&Shape; 2] = [&Shape::Array(&AGE), &Shape::Array(&KIND)];
        assert_eq!(candidates(&json!([{"age": 1}, {"age": 2, "other": 3}]), &nested), [0]);
        assert_eq!(candidates(&json!([{"age": 1, "kind": "cat"}]), &nested), [0; 0]);
    }

    #[test]
    fn integers_have_ranges() {
        let chosen = |value: Value| candidates(&value, &[&Shape::UInt64, &Shape::Integer, &Shape::Int32]);
        assert_eq!(chosen(json!(-1)), [1, 2]);
        assert_eq!(chosen(json!(u64::MAX)), [0, 1]);
        assert_eq!(chosen(json!(-3_000_000_000_i64)), [1]);
        assert_eq!(chosen(json!(1.5)), [0; 0]);
        assert_eq!(candidates(&json!(1), &[&Shape::Number, &Shape::Integer]), [1, 0]);
        assert_eq!(candidates(&json!(1.0), &[&Shape::Integer, &Shape::Number]), [1, 0]);
    }

    #[test]
    fn an_integer_past_64_bits_is_not_left_to_a_branch_that_loses_properties() {
        const OPEN: Shape = Shape::Object(&[("size", Presence::Always, &Shape::Integer)], Some(&Shape::Anything));
        const LOOSE: Shape = Shape::Object(&[("size", Presence::Maybe, &Shape::Anything)], None);
        assert_eq!(candidates(&json!({"size": 1e200, "more": 1}), &[&OPEN, &LOOSE]), [0]);
        assert_eq!(candidates(&json!({"size": 1.5, "more": 1}), &[&OPEN, &LOOSE]), [1]);
        assert_eq!(candidates(&json!(1e200), &[&Shape::Integer, &Shape::Number, &Shape::Anything]), [1, 2, 0]);
        assert_eq!(candidates(&json!(1e200), &[&Shape::Int32, &Shape::UInt64]), [0; 0]);
    }

    #[test]
    fn single_values_decide() {
        let chosen = |value: Value| {
            candidates(
                &value,
                &[&Shape::Flag(true), &Shape::Flag(false), &Shape::Integers(&[1]), &Shape::Texts(&["a"])],
            )
        };
        assert_eq!(chosen(json!(true)), [0]);
        assert_eq!(chosen(json!(false)), [1]);
        assert_eq!(chosen(json!(1.0)), [2]);
        assert_eq!(chosen(json!(2)), [0; 0]);
        assert_eq!(chosen(json!("a")), [3]);
        // These two are the same number to a double.
        let close: [&Shape; 2] =
            [&Shape::Integers(&[9_007_199_254_740_993]), &Shape::Integers(&[9_007_199_254_740_992])];
        assert_eq!(candidates(&json!(9_007_199_254_740_992_i64), &close), [1]);
    }
}
