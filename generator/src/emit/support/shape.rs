//! Which of several types a value is, told by everything that they declare.

use serde_json::{Map, Value};

/// What a type declares.
pub(crate) enum Shape {
    Anything,
    Boolean,
    Integer,
    Number,
    Text,
    /// A text; these are known.
    Texts(&'static [&'static str]),
    /// A whole number; these are known.
    Integers(&'static [i64]),
    Array(&'static Shape),
    Nullable(&'static Shape),
    /// The members that are declared, and what the others are where they are kept.
    Object(&'static [(&'static str, Presence, &'static Shape)], Option<&'static Shape>),
    OneOf(&'static [&'static Shape]),
}

/// Whether a member has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Always,
    /// In one of the two directions.
    Mostly,
    Maybe,
}

/// How far a value is from what a type declares. What stands first counts most.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    /// Values that are not among those that are known.
    unlisted: u32,
    /// Members that are not declared.
    undeclared: u32,
    /// Members that are there in one direction, and not here.
    missing: u32,
    /// How little of the value the type says anything about.
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

/// The index of the type that the value is nearest to, if it fits any. Types that are equally near read it alike.
pub(crate) fn choose(value: &Value, shapes: &[&Shape]) -> Option<usize> {
    nearest(value, shapes).map(|(_, index)| index)
}

/// The same, but only of a type that declares all that the value has.
pub(crate) fn choose_exactly(value: &Value, shapes: &[&Shape]) -> Option<usize> {
    nearest(value, shapes).filter(|(distance, _)| distance.undeclared == 0).map(|(_, index)| index)
}

/// Whether the value fits the type.
pub(crate) fn fits(value: &Value, shape: &Shape) -> bool {
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
        // One that is written as a fraction is nearer to a fraction.
        (Shape::Integer, Value::Number(number)) if is_whole(value) => {
            Some(Distance { vague: if number.is_f64() { 3 } else { 1 }, ..Distance::default() })
        }
        (Shape::Integers(known), Value::Number(_)) if is_whole(value) => {
            listed(known.iter().any(|known| value.as_f64() == Some(*known as f64)), 0)
        }
        (Shape::Text, Value::String(_)) => Some(Distance { vague: 1, ..Distance::default() }),
        // A single text is what the type is told by; of several, one may have been added.
        (Shape::Texts([only]), Value::String(text)) => fits(only == text),
        (Shape::Texts(known), Value::String(text)) => listed(known.contains(&text.as_str()), 0),
        (Shape::Array(inner), Value::Array(elements)) => {
            let mut total = Distance::default();
            for element in elements {
                total.add(distance(element, inner)?);
            }
            Some(total)
        }
        (Shape::Object(declared, others), Value::Object(members)) => of_members(members, declared, *others),
        _ => None,
    }
}

fn of_members(
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

fn is_whole(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
}
