//! [`Integer`]: reads integers as JSON Schema defines them. `1.0` is an integer there, and none to serde.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

use super::adapters::{Read, Write};

/// Reads an integer. Its fraction may be zero.
#[derive(Debug)]
pub struct Integer;

impl<T: Serialize> Write<T> for Integer {
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

macro_rules! read {
    ($($integer:ident by $method:ident),*) => {
        $(impl Read<$integer> for Integer {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$integer, D::Error> {
                deserializer.$method(Whole(PhantomData))
            }
        })*
    };
}
read!(i32 by deserialize_i32, i64 by deserialize_i64, u32 by deserialize_u32, u64 by deserialize_u64);

struct Whole<T>(PhantomData<T>);

impl<T: TryFrom<i64> + TryFrom<u64>> Visitor<'_> for Whole<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        whole(number)
            .and_then(|whole| T::try_from(whole).ok())
            .ok_or_else(|| E::invalid_type(Unexpected::Float(number), &self))
    }
}

/// The integer that a number is. Above 2^53 a fraction of zero does not tell, as all numbers have it.
pub(super) fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::super::adapters::As;
    use super::*;

    fn read<T>(text: &str) -> Option<T>
    where
        Integer: Read<T>,
    {
        serde_json::from_str::<As<T, Integer>>(text).ok().map(As::into_value)
    }

    #[test]
    fn a_fraction_of_zero_is_an_integer() {
        assert_eq!(read("-3.0"), Some(-3_i32));
        assert_eq!(read("2e3"), Some(2000_u32));
        assert_eq!(read("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(read("18446744073709551615"), Some(u64::MAX));
        let from_value: Result<As<Vec<i64>, Vec<Integer>>, _> = serde_json::from_value(serde_json::json!([1.0, 2]));
        assert_eq!(from_value.unwrap().into_value(), [1, 2]);
    }

    #[test]
    fn other_numbers_are_none() {
        assert_eq!(read::<i64>("1.5"), None);
        assert_eq!(read::<i32>("2147483648.0"), None);
        assert_eq!(read::<u64>("-1.0"), None);
        assert_eq!(read::<i64>("9007199254740994.0"), None);
        assert_eq!(read::<i64>("\"1\""), None);
    }
}
