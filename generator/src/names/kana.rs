//! Writes Japanese syllables in Latin letters, because rustc warns about those that look like Chinese characters
//! (`confusable_idents`): カ is not 力, ロ is not 口.

/// The text with Latin letters for Japanese syllables, by Hepburn's system. A run of syllables is a word.
pub(super) fn romanised(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !is_kana(c) {
            written.push(c);
            continue;
        }
        if written.ends_with(char::is_alphanumeric) {
            written.push('_');
        }
        let mut run = Run::default();
        run.add(c);
        while let Some(c) = chars.next_if(|&c| is_kana(c)) {
            run.add(c);
        }
        written.push_str(&run.written);
        if chars.peek().is_some_and(|next| next.is_alphanumeric()) {
            written.push('_');
        }
    }
    written
}

/// Hiragana, Katakana, and the marks of voiced, long and repeated sounds.
fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}')
}

/// A run of syllables.
#[derive(Default)]
struct Run {
    written: String,
    /// Whether the next consonant is written twice.
    is_doubled: bool,
}

impl Run {
    fn add(&mut self, c: char) {
        let of = |table: &[(&str, &'static str)]| {
            table.iter().find(|(letters, _)| letters.contains(c)).map(|(_, latin)| *latin)
        };
        if let Some(latin) = of(&SYLLABLES) {
            if std::mem::take(&mut self.is_doubled) {
                self.written.extend(latin.chars().next());
            }
            self.written.push_str(latin);
        } else if let Some(latin) = of(&SMALL) {
            self.add_small(latin);
        } else if matches!(c, 'ッ' | 'っ') {
            self.is_doubled = true;
        } else if c == 'ー' {
            self.written.extend(self.written.chars().next_back());
        }
    }

    /// A small letter replaces the vowel before it: キャ is `kya`, シャ is `sha`, ティ is `ti`.
    fn add_small(&mut self, latin: &str) {
        let is_soft = ["shi", "chi", "ji"].iter().any(|end| self.written.ends_with(end));
        const VOWELS: [char; 5] = ['a', 'i', 'u', 'e', 'o'];
        let consonant = self.written.strip_suffix(VOWELS).filter(|before| before.ends_with(char::is_alphabetic));
        let has_consonant = consonant.is_some_and(|before| !before.ends_with(VOWELS));
        if has_consonant && (!latin.starts_with('y') || self.written.ends_with('i')) {
            self.written.pop();
        }
        self.written.push_str(if is_soft { latin.trim_start_matches('y') } else { latin });
    }
}

/// Letters, and how they are written.
const SYLLABLES: [(&str, &str); 72] = [
    ("アあ", "a"),
    ("イい", "i"),
    ("ウう", "u"),
    ("エえ", "e"),
    ("オお", "o"),
    ("カかヵゕ", "ka"),
    ("キき", "ki"),
    ("クく", "ku"),
    ("ケけヶゖ", "ke"),
    ("コこ", "ko"),
    ("サさ", "sa"),
    ("シし", "shi"),
    ("スす", "su"),
    ("セせ", "se"),
    ("ソそ", "so"),
    ("タた", "ta"),
    ("チち", "chi"),
    ("ツつ", "tsu"),
    ("テて", "te"),
    ("トと", "to"),
    ("ナな", "na"),
    ("ニに", "ni"),
    ("ヌぬ", "nu"),
    ("ネね", "ne"),
    ("ノの", "no"),
    ("ハは", "ha"),
    ("ヒひ", "hi"),
    ("フふ", "fu"),
    ("ヘへ", "he"),
    ("ホほ", "ho"),
    ("マま", "ma"),
    ("ミみ", "mi"),
    ("ムむ", "mu"),
    ("メめ", "me"),
    ("モも", "mo"),
    ("ヤや", "ya"),
    ("ユゆ", "yu"),
    ("ヨよ", "yo"),
    ("ラら", "ra"),
    ("リり", "ri"),
    ("ルる", "ru"),
    ("レれ", "re"),
    ("ロろ", "ro"),
    ("ワわヮゎ", "wa"),
    ("ヰゐ", "i"),
    ("ヱゑ", "e"),
    ("ヲを", "o"),
    ("ンん", "n"),
    ("ガが", "ga"),
    ("ギぎ", "gi"),
    ("グぐ", "gu"),
    ("ゲげ", "ge"),
    ("ゴご", "go"),
    ("ザざ", "za"),
    ("ジじヂぢ", "ji"),
    ("ズずヅづ", "zu"),
    ("ゼぜ", "ze"),
    ("ゾぞ", "zo"),
    ("ダだ", "da"),
    ("デで", "de"),
    ("ドど", "do"),
    ("バば", "ba"),
    ("ビび", "bi"),
    ("ブぶ", "bu"),
    ("ベべ", "be"),
    ("ボぼ", "bo"),
    ("パぱ", "pa"),
    ("ピぴ", "pi"),
    ("プぷ", "pu"),
    ("ペぺ", "pe"),
    ("ポぽ", "po"),
    ("ヴゔ", "vu"),
];

/// Small letters.
const SMALL: [(&str, &str); 8] = [
    ("ァぁ", "a"),
    ("ィぃ", "i"),
    ("ゥぅ", "u"),
    ("ェぇ", "e"),
    ("ォぉ", "o"),
    ("ャゃ", "ya"),
    ("ュゅ", "yu"),
    ("ョょ", "yo"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_written_in_latin_letters() {
        for (text, expected) in [
            ("ユーザー名", "yuuzaa_名"),
            ("シャツ", "shatsu"),
            ("きょう", "kyou"),
            ("パーティ", "paati"),
            ("ウィキ", "uiki"),
            ("ベッド", "beddo"),
            ("APIキー", "API_kii"),
            ("力とカ", "力_toka"),
            ("ー", ""),
            ("日本", "日本"),
        ] {
            assert_eq!(romanised(text), expected, "{text}");
        }
    }
}
