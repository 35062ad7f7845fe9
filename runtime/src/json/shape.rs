//! The branch of a union, chosen by everything that the branches declare.

use serde_json::{Map, Value};

/// What a type declares.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names are those of JSON Schema's types")]
pub enum Shape {
    Anything,
    Boolean,
    Integer,
    Number,
    Text,
    /// A string with known values.
    Texts(&'static [&'static str]),
    /// An integer with known values.
    Integers(&'static [i64]),
    Array(&'static Shape),
    Nullable(&'static Shape),
    /// The declared properties, and the type of the others if they are kept.
    Object(&'static [(&'static str, Presence, &'static Shape)], Option<&'static Shape>),
    OneOf(&'static [&'static Shape]),
}

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
        self.unlisted += other.unlisted;
        self.undeclared += other.undeclared;
        self.missing += other.missing;
        self.vague += other.vague;
    }
}

/// The index of the type that is nearest to the value, if any fits. Types that are equally near decode it alike.
pub fn choose(value: &Value, shapes: &[&Shape]) -> Option<usize> {
    nearest(value, shapes).map(|(_, index)| index)
}

/// The same, but only for a type that declares every property of the value.
pub fn choose_exactly(value: &Value, shapes: &[&Shape]) -> Option<usize> {
    nearest(value, shapes).filter(|(distance, _)| distance.undeclared == 0).map(|(_, index)| index)
}

/// Whether the value fits the type.
pub fn fits(value: &Value, shape: &Shape) -> bool {
    distance(value, shape).is_some()
}

fn nearest(value: &Value, shapes: &[&Shape]) -> Option<(Distance, usize)> {
    let near = shapes.iter().enumerate().filter_map(|(index, shape)| Some((distance(value, shape)?, index)));
    near.min()
}

fn distance(value: &Value, shape: &Shape) -> Option<Distance> {
    let fits = |is: bool| is.then(Distance::default);
    let listed = |is: bool, vague: u32| Some(Distance { unlisted: u32::from(!is), vague, ..Distance::default() });
    match (shape, value) {
        (Shape::Anything, _) => Some(Distance { vague: 1000, ..Distance::default() }),
        (Shape::Nullable(_), Value::Null) => Some(Distance::default()),
        (Shape::Nullable(inner), _) => distance(value, inner),
        (Shape::OneOf(shapes), _) => nearest(value, shapes).map(|(distance, _)| distance),
        (Shape::Boolean, _) => fits(value.is_boolean()),
        (Shape::Number, Value::Number(_)) => Some(Distance { vague: 2, ..Distance::default() }),
        // A number that is written as a fraction is nearer to a fraction.
        (Shape::Integer, Value::Number(number)) if is_integral(value) => {
            Some(Distance { vague: if number.is_f64() { 3 } else { 1 }, ..Distance::default() })
        }
        (Shape::Integers(known), Value::Number(_)) if is_integral(value) => {
            listed(known.iter().any(|known| value.as_f64() == Some(*known as f64)), 0)
        }
        (Shape::Text, Value::String(_)) => Some(Distance { vague: 1, ..Distance::default() }),
        // A single value identifies the type; several may have been extended.
        (Shape::Texts([only]), Value::String(text)) => fits(only == text),
        (Shape::Texts(known), Value::String(text)) => listed(known.contains(&text.as_str()), 0),
        (Shape::Array(inner), Value::Array(elements)) => {
            let mut total = Distance::default();
            for element in elements {
                total.add(distance(element, inner)?);
            }
            Some(total)
        }
        (Shape::Object(declared, others), Value::Object(members)) => of_properties(members, declared, *others),
        _ => None,
    }
}

fn of_properties(
    members: &Map<String, Value>,
    declared: &[(&str, Presence, &Shape)],
    others: Option<&Shape>,
) -> Option<Distance> {
    let mut total = Distance::default();
    let mut found = 0;
    for (name, presence, shape) in declared {
        match members.get(*name) {
            Some(Value::Null) if *presence == Presence::Maybe => found += 1,
            Some(value) => {
                found += 1;
                total.add(distance(value, shape)?);
            }
            None if *presence == Presence::Always => return None,
            None => total.missing += u32::from(*presence == Presence::Mostly),
        }
    }
    let rest = members.len() - found;
    if rest > 0 {
        match others {
            Some(shape) => {
                for (name, value) in members {
                    if !declared.iter().any(|(declared, _, _)| declared == name) {
                        let mut distance = distance(value, shape)?;
                        distance.vague += 1;
                        total.add(distance);
                    }
                }
            }
            None => total.undeclared += u32::try_from(rest).unwrap_or(u32::MAX),
        }
    }
    Some(total)
}

fn is_integral(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
}
