//! Writes Greek and Cyrillic letters as Latin ones, because rustc warns about identifiers that look like Latin ones
//! (`mixed_script_confusables`, `confusable_idents`), and no attribute of a module can allow that.

/// The text with Latin letters. A Greek letter alone is its name: `π` is `pi`.
pub(super) fn latin(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len());
    for (index, &c) in chars.iter().enumerate() {
        let Some((greek, latin)) = letter(c) else {
            written.push(c);
            continue;
        };
        let neighbour = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|&c| letter(c).is_some());
        let is_alone = !neighbour(index.checked_sub(1)) && !neighbour(Some(index + 1));
        let letters = if is_alone && !greek.is_empty() { greek } else { latin };
        let upper = |(at, letter): (usize, char)| if at == 0 { letter.to_ascii_uppercase() } else { letter };
        match c.is_uppercase() {
            true => written.extend(letters.chars().enumerate().map(upper)),
            false => written.push_str(letters),
        }
    }
    written
}

/// The name of a Greek letter, empty for a Cyrillic one, and the Latin letters.
fn letter(c: char) -> Option<(&'static str, &'static str)> {
    // The table is long, and most names have ASCII letters only.
    if c.is_ascii() {
        return None;
    }
    let lower = c.to_lowercase().next().unwrap_or(c);
    LETTERS.iter().find(|(letters, ..)| letters.contains(lower)).map(|(_, greek, latin)| (*greek, *latin))
}

/// Letters, the name of a Greek letter, and the Latin letters.
const LETTERS: [(&str, &str, &str); 66] = [
    ("αά", "alpha", "a"),
    ("β", "beta", "v"),
    ("γ", "gamma", "g"),
    ("δ", "delta", "d"),
    ("εέ", "epsilon", "e"),
    ("ζ", "zeta", "z"),
    ("ηή", "eta", "i"),
    ("θ", "theta", "th"),
    ("ιίϊΐ", "iota", "i"),
    ("κ", "kappa", "k"),
    ("λ", "lambda", "l"),
    ("μ", "mu", "m"),
    ("ν", "nu", "n"),
    ("ξ", "xi", "x"),
    ("οό", "omicron", "o"),
    ("π", "pi", "p"),
    ("ρ", "rho", "r"),
    ("σς", "sigma", "s"),
    ("τ", "tau", "t"),
    ("υύϋΰ", "upsilon", "y"),
    ("φ", "phi", "f"),
    ("χ", "chi", "ch"),
    ("ψ", "psi", "ps"),
    ("ωώ", "omega", "o"),
    ("а", "", "a"),
    ("б", "", "b"),
    ("в", "", "v"),
    ("гґ", "", "g"),
    ("д", "", "d"),
    ("еэ", "", "e"),
    ("ё", "", "yo"),
    ("є", "", "ye"),
    ("ж", "", "zh"),
    ("з", "", "z"),
    ("и", "", "i"),
    ("і", "", "i"),
    ("ї", "", "yi"),
    ("йы", "", "y"),
    ("к", "", "k"),
    ("л", "", "l"),
    ("м", "", "m"),
    ("н", "", "n"),
    ("о", "", "o"),
    ("п", "", "p"),
    ("р", "", "r"),
    ("сѕ", "", "s"),
    ("т", "", "t"),
    ("у", "", "u"),
    ("ў", "", "w"),
    ("ф", "", "f"),
    ("х", "", "kh"),
    ("ц", "", "ts"),
    ("ч", "", "ch"),
    ("ш", "", "sh"),
    ("щ", "", "shch"),
    ("ъь", "", ""),
    ("ю", "", "yu"),
    ("я", "", "ya"),
    ("ђ", "", "dj"),
    ("ј", "", "j"),
    ("љ", "", "lj"),
    ("њ", "", "nj"),
    ("ћ", "", "c"),
    ("џ", "", "dz"),
    ("ѓ", "", "gj"),
    ("ќ", "", "kj"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_look_like_latin_ones_are_latin() {
        for (text, expected) in [
            ("π", "pi"),
            ("Δ t", "Delta t"),
            ("όνομα", "onoma"),
            ("сообщение", "soobshchenie"),
            ("Щит", "Shchit"),
            ("größe", "größe"),
            ("日本", "日本"),
        ] {
            assert_eq!(latin(text), expected, "{text}");
        }
    }
}
