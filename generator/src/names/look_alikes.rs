//! Letters that rustc warns about in identifiers, which no attribute of a module can allow: rare ones
//! (`uncommon_codepoints`), and those that look like letters of another script (`mixed_script_confusables`).

/// The text with such letters as their code points: `ⅷ` is `u2177`. A look-alike is harmless beside another letter of
/// its script.
pub(super) fn spelled_out(text: &str) -> String {
    let is_foreign = |c: &char| *c >= '\u{370}' && unicode_ident::is_xid_continue(*c);
    let is_alike = |c: char| within(&LOOK_ALIKES, c);
    let only_alike = text.chars().filter(is_foreign).all(is_alike);
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if within(&RARE, c) || (only_alike && is_alike(c)) {
            let separator = if written.ends_with(char::is_alphanumeric) { "_" } else { "" };
            written.push_str(&format!("{separator}u{:x}_", u32::from(c)));
        } else {
            written.push(c);
        }
    }
    written
}

fn within(ranges: &[(char, char)], c: char) -> bool {
    let index = ranges.partition_point(|(first, _)| *first <= c);
    index.checked_sub(1).and_then(|index| ranges.get(index)).is_some_and(|(_, last)| c <= *last)
}

/// Ranges of letters that are rare in identifiers: historic, phonetic and compatibility letters (Unicode Standard Annex
/// 31, section 2.4).
const RARE: [(char, char); 31] = [
    ('\u{132}', '\u{133}'),
    ('\u{13f}', '\u{140}'),
    ('\u{149}', '\u{149}'),
    ('\u{17f}', '\u{19f}'),
    ('\u{1a2}', '\u{1ae}'),
    ('\u{1b1}', '\u{1cc}'),
    ('\u{1d5}', '\u{1f5}'),
    ('\u{1fa}', '\u{217}'),
    ('\u{21c}', '\u{2af}'),
    ('\u{370}', '\u{377}'),
    ('\u{3d0}', '\u{400}'),
    ('\u{40d}', '\u{40d}'),
    ('\u{450}', '\u{450}'),
    ('\u{45d}', '\u{45d}'),
    ('\u{460}', '\u{48f}'),
    ('\u{492}', '\u{52f}'),
    ('\u{1100}', '\u{11ff}'),
    ('\u{13a0}', '\u{13ff}'),
    ('\u{1c80}', '\u{1c8f}'),
    ('\u{1d00}', '\u{1dbf}'),
    ('\u{1f00}', '\u{1fff}'),
    ('\u{2100}', '\u{218f}'),
    ('\u{2c00}', '\u{2dff}'),
    ('\u{3131}', '\u{318f}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{a000}', '\u{abff}'),
    ('\u{d7b0}', '\u{d7ff}'),
    ('\u{f900}', '\u{fdff}'),
    ('\u{fe70}', '\u{feff}'),
    ('\u{ff66}', '\u{ffdc}'),
    ('\u{10000}', '\u{10ffff}'),
];

/// Ranges of letters that look like letters of another script (Unicode Technical Standard 39). Greek, Cyrillic and
/// Japanese letters are written in Latin ones.
#[rustfmt::skip]
const LOOK_ALIKES: [(char, char); 213] = [
    ('\u{53b}', '\u{53b}'), ('\u{544}', '\u{545}'), ('\u{548}', '\u{548}'), ('\u{54a}', '\u{54a}'),
    ('\u{54c}', '\u{54d}'), ('\u{54f}', '\u{54f}'), ('\u{553}', '\u{553}'), ('\u{555}', '\u{555}'),
    ('\u{561}', '\u{561}'), ('\u{563}', '\u{563}'), ('\u{566}', '\u{566}'), ('\u{56e}', '\u{56e}'),
    ('\u{570}', '\u{572}'), ('\u{575}', '\u{575}'), ('\u{578}', '\u{578}'), ('\u{57a}', '\u{57a}'),
    ('\u{57c}', '\u{57d}'), ('\u{581}', '\u{582}'), ('\u{584}', '\u{585}'), ('\u{5d5}', '\u{5d5}'),
    ('\u{5d8}', '\u{5d9}'), ('\u{5df}', '\u{5df}'), ('\u{5e1}', '\u{5e1}'), ('\u{627}', '\u{627}'),
    ('\u{629}', '\u{629}'), ('\u{647}', '\u{647}'), ('\u{660}', '\u{661}'), ('\u{665}', '\u{665}'),
    ('\u{667}', '\u{669}'), ('\u{6be}', '\u{6be}'), ('\u{6c1}', '\u{6c1}'), ('\u{6c3}', '\u{6c3}'),
    ('\u{6d5}', '\u{6d5}'), ('\u{6f0}', '\u{6f1}'), ('\u{6f5}', '\u{6f5}'), ('\u{6f7}', '\u{6f9}'),
    ('\u{6ff}', '\u{6ff}'), ('\u{7a6}', '\u{7aa}'), ('\u{7b0}', '\u{7b0}'), ('\u{901}', '\u{903}'),
    ('\u{909}', '\u{909}'), ('\u{91f}', '\u{920}'), ('\u{922}', '\u{922}'), ('\u{92a}', '\u{92a}'),
    ('\u{92d}', '\u{92e}'), ('\u{935}', '\u{935}'), ('\u{939}', '\u{939}'), ('\u{93c}', '\u{93c}'),
    ('\u{93f}', '\u{93f}'), ('\u{941}', '\u{942}'), ('\u{945}', '\u{948}'), ('\u{94d}', '\u{94d}'),
    ('\u{956}', '\u{957}'), ('\u{966}', '\u{96a}'), ('\u{96e}', '\u{96e}'), ('\u{981}', '\u{981}'),
    ('\u{983}', '\u{983}'), ('\u{9bc}', '\u{9bc}'), ('\u{9bf}', '\u{9bf}'), ('\u{9e6}', '\u{9e6}'),
    ('\u{9ea}', '\u{9ea}'), ('\u{9ed}', '\u{9ed}'), ('\u{a02}', '\u{a02}'), ('\u{a15}', '\u{a15}'),
    ('\u{a1c}', '\u{a1c}'), ('\u{a1f}', '\u{a20}'), ('\u{a24}', '\u{a24}'), ('\u{a27}', '\u{a27}'),
    ('\u{a2b}', '\u{a2b}'), ('\u{a2e}', '\u{a2e}'), ('\u{a35}', '\u{a35}'), ('\u{a38}', '\u{a38}'),
    ('\u{a3c}', '\u{a3c}'), ('\u{a3f}', '\u{a3f}'), ('\u{a41}', '\u{a42}'), ('\u{a47}', '\u{a48}'),
    ('\u{a4b}', '\u{a4b}'), ('\u{a4d}', '\u{a4d}'), ('\u{a82}', '\u{a83}'), ('\u{aaa}', '\u{aaa}'),
    ('\u{ab0}', '\u{ab0}'), ('\u{abc}', '\u{abc}'), ('\u{ac1}', '\u{ac2}'), ('\u{acd}', '\u{acd}'),
    ('\u{ae6}', '\u{ae6}'), ('\u{ae8}', '\u{aeb}'), ('\u{aee}', '\u{aee}'), ('\u{b01}', '\u{b01}'),
    ('\u{b03}', '\u{b03}'), ('\u{b20}', '\u{b20}'), ('\u{b3c}', '\u{b3c}'), ('\u{b47}', '\u{b47}'),
    ('\u{b89}', '\u{b89}'), ('\u{b90}', '\u{b90}'), ('\u{b9c}', '\u{b9c}'), ('\u{ba3}', '\u{ba3}'),
    ('\u{bae}', '\u{bae}'), ('\u{bb4}', '\u{bb6}'), ('\u{bb8}', '\u{bb8}'), ('\u{bbf}', '\u{bbf}'),
    ('\u{bc6}', '\u{bc7}'), ('\u{bcd}', '\u{bcd}'), ('\u{c02}', '\u{c03}'), ('\u{c05}', '\u{c07}'),
    ('\u{c10}', '\u{c10}'), ('\u{c12}', '\u{c14}'), ('\u{c16}', '\u{c17}'), ('\u{c1c}', '\u{c1f}'),
    ('\u{c23}', '\u{c23}'), ('\u{c26}', '\u{c26}'), ('\u{c28}', '\u{c28}'), ('\u{c2f}', '\u{c30}'),
    ('\u{c32}', '\u{c33}'), ('\u{c3f}', '\u{c3f}'), ('\u{c41}', '\u{c41}'), ('\u{c43}', '\u{c43}'),
    ('\u{c82}', '\u{c83}'), ('\u{c85}', '\u{c87}'), ('\u{c90}', '\u{c90}'), ('\u{c92}', '\u{c94}'),
    ('\u{c97}', '\u{c97}'), ('\u{c9c}', '\u{c9f}'), ('\u{ca3}', '\u{ca3}'), ('\u{ca6}', '\u{ca6}'),
    ('\u{ca8}', '\u{ca8}'), ('\u{caf}', '\u{cb0}'), ('\u{cb2}', '\u{cb3}'), ('\u{cbf}', '\u{cbf}'),
    ('\u{cc1}', '\u{cc1}'), ('\u{cc3}', '\u{cc3}'), ('\u{ce6}', '\u{ce6}'), ('\u{d02}', '\u{d03}'),
    ('\u{d09}', '\u{d09}'), ('\u{d16}', '\u{d16}'), ('\u{d1c}', '\u{d1c}'), ('\u{d1f}', '\u{d20}'),
    ('\u{d23}', '\u{d23}'), ('\u{d25}', '\u{d25}'), ('\u{d30}', '\u{d31}'), ('\u{d34}', '\u{d34}'),
    ('\u{d36}', '\u{d36}'), ('\u{d3f}', '\u{d40}'), ('\u{d46}', '\u{d48}'), ('\u{d82}', '\u{d83}'),
    ('\u{e08}', '\u{e08}'), ('\u{e1a}', '\u{e1b}'), ('\u{e1d}', '\u{e1f}'), ('\u{e22}', '\u{e22}'),
    ('\u{e34}', '\u{e3a}'), ('\u{e48}', '\u{e4b}'), ('\u{e4d}', '\u{e4d}'), ('\u{e50}', '\u{e50}'),
    ('\u{e88}', '\u{e88}'), ('\u{e8d}', '\u{e8d}'), ('\u{e9a}', '\u{e9b}'), ('\u{e9d}', '\u{e9f}'),
    ('\u{eb8}', '\u{eb9}'), ('\u{ec8}', '\u{ecb}'), ('\u{ecd}', '\u{ecd}'), ('\u{ed0}', '\u{ed0}'),
    ('\u{f7e}', '\u{f7f}'), ('\u{1002}', '\u{1002}'), ('\u{1004}', '\u{1004}'), ('\u{1010}', '\u{1010}'),
    ('\u{101d}', '\u{101d}'), ('\u{1031}', '\u{1031}'), ('\u{1036}', '\u{1036}'), ('\u{1038}', '\u{1038}'),
    ('\u{1040}', '\u{1040}'), ('\u{105a}', '\u{105a}'), ('\u{10c7}', '\u{10c7}'), ('\u{10cd}', '\u{10cd}'),
    ('\u{10d7}', '\u{10d8}'), ('\u{10e7}', '\u{10e7}'), ('\u{1200}', '\u{1200}'), ('\u{1206}', '\u{1206}'),
    ('\u{1223}', '\u{1223}'), ('\u{1240}', '\u{1240}'), ('\u{1260}', '\u{1261}'), ('\u{1294}', '\u{1294}'),
    ('\u{12ae}', '\u{12ae}'), ('\u{12d0}', '\u{12d0}'), ('\u{1323}', '\u{1323}'), ('\u{1340}', '\u{1340}'),
    ('\u{17b7}', '\u{17ba}'), ('\u{17c6}', '\u{17c7}'), ('\u{17cb}', '\u{17cb}'), ('\u{17e0}', '\u{17e0}'),
    ('\u{1c95}', '\u{1c95}'), ('\u{1cb7}', '\u{1cb7}'), ('\u{1cbd}', '\u{1cbd}'), ('\u{1cbf}', '\u{1cbf}'),
    ('\u{3007}', '\u{3007}'), ('\u{4e00}', '\u{4e00}'), ('\u{4e05}', '\u{4e05}'), ('\u{4e2b}', '\u{4e2b}'),
    ('\u{4e3f}', '\u{4e3f}'), ('\u{4e44}', '\u{4e44}'), ('\u{4e8c}', '\u{4e8c}'), ('\u{4ebb}', '\u{4ebb}'),
    ('\u{516b}', '\u{516b}'), ('\u{529b}', '\u{529b}'), ('\u{5315}', '\u{5315}'), ('\u{535c}', '\u{535c}'),
    ('\u{53b6}', '\u{53b6}'), ('\u{53e3}', '\u{53e3}'), ('\u{56d7}', '\u{56d7}'), ('\u{5915}', '\u{5915}'),
    ('\u{5de5}', '\u{5de5}'), ('\u{5f50}', '\u{5f50}'), ('\u{793b}', '\u{793b}'), ('\u{11301}', '\u{11301}'),
    ('\u{11303}', '\u{11303}'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_letters_and_lone_look_alikes_are_spelled_out() {
        for (text, expected) in [
            ("ⅷ", "u2177_"),
            ("type ﬁ", "type ufb01_"),
            ("口", "u53e3_"),
            ("一二", "u4e00_u4e8c_"),
            ("入口", "入口"),
            ("שם", "שם"),
            ("größe", "größe"),
        ] {
            assert_eq!(spelled_out(text), expected, "{text}");
        }
    }

    #[test]
    fn the_ranges_are_sorted() {
        for ranges in [&RARE[..], &LOOK_ALIKES[..]] {
            assert!(ranges.is_sorted() && ranges.iter().all(|(first, last)| first <= last));
        }
    }
}
