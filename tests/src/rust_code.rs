//! Rust source as the rules read it: without what only looks like code.

/// Replaces comments, strings and character literals by spaces; line breaks stay, so that line numbers hold.
pub fn code_only(source: &str) -> String {
    let mut reader = Reader {
        characters: source.chars().collect(),
        at: 0,
        code: String::with_capacity(source.len()),
    };
    while reader.at < reader.characters.len() {
        reader.step();
    }
    reader.code
}

/// True when `word` stands in `code` on its own, not as part of a longer name.
pub fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after = code[start + word.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

/// Counts the lines of a source file up to its test module, which by custom stands last.
pub fn lines_without_tests(source: &str) -> usize {
    let lines: Vec<&str> = source.lines().collect();
    lines
        .iter()
        .position(|line| line.trim() == "#[cfg(test)]")
        .unwrap_or(lines.len())
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

struct Reader {
    characters: Vec<char>,
    at: usize,
    code: String,
}

impl Reader {
    fn step(&mut self) {
        let inside_a_name = self.code.chars().next_back().is_some_and(is_name);
        match self.peek(0) {
            Some('/') if self.peek(1) == Some('/') => self.skip_line(),
            Some('/') if self.peek(1) == Some('*') => self.skip_block_comment(),
            Some('"') => self.skip_string(),
            Some('\'') => self.skip_character(),
            Some('r') if !inside_a_name || self.follows_string_prefix() => {
                self.raw_string_or_name()
            }
            Some(character) => {
                self.code.push(character);
                self.at += 1;
            }
            None => {}
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    fn blank(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(character) = self.peek(0) {
                self.code.push(if character == '\n' { '\n' } else { ' ' });
                self.at += 1;
            }
        }
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|character| character != '\n') {
            self.blank(1);
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.peek(0).is_some() {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                (Some(_), _) => {
                    self.blank(1);
                    continue;
                }
                (None, _) => return,
            }
            self.blank(2);
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        self.blank(1);
        while let Some(character) = self.peek(0) {
            match character {
                '\\' => self.blank(2),
                '"' => {
                    self.blank(1);
                    return;
                }
                _ => self.blank(1),
            }
        }
    }

    /// A quote starts a character literal, or a lifetime, whose name stays as it is.
    fn skip_character(&mut self) {
        if self.peek(1) == Some('\\') {
            self.blank(3);
            while self.peek(0).is_some_and(|character| character != '\'') {
                self.blank(1);
            }
            self.blank(1);
        } else if self.peek(2) == Some('\'') {
            self.blank(3);
        } else {
            self.code.push('\'');
            self.at += 1;
        }
    }

    /// `b` or `c` right before, itself not the end of a longer name: `br"…"`, `cr#"…"#`.
    fn follows_string_prefix(&self) -> bool {
        let mut back = self.code.chars().rev();
        matches!(back.next(), Some('b' | 'c')) && !back.next().is_some_and(is_name)
    }

    fn raw_string_or_name(&mut self) {
        let mut hashes = 0;
        while self.peek(1 + hashes) == Some('#') {
            hashes += 1;
        }
        if self.peek(1 + hashes) != Some('"') {
            self.code.push('r');
            self.at += 1;
            return;
        }
        self.blank(2 + hashes);
        while let Some(character) = self.peek(0) {
            let closes =
                character == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'));
            if closes {
                self.blank(1 + hashes);
                return;
            }
            self.blank(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, word: &str, found: bool) {
        let code = code_only(source);
        assert_eq!(
            has_word(&code, word),
            found,
            "looked for `{word}` in {source:?}, which reads as {code:?}"
        );
        assert_eq!(code.lines().count(), source.lines().count());
    }

    #[test]
    fn code_is_found() {
        check("fn f() { unsafe { g() } }", "unsafe", true);
        check("let s = \"a\"; unsafe {}", "unsafe", true);
        check("let c = '\"'; unsafe {}", "unsafe", true);
        check("let c = '\\''; unsafe {}", "unsafe", true);
        check("fn f<'a>(x: &'a str) { unsafe {} }", "unsafe", true);
        check("let s = r#\"a \" b\"#; unsafe {}", "unsafe", true);
        check("/* a /* b */ c */ unsafe {}", "unsafe", true);
        check("let number = r; unsafe {}", "unsafe", true);
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        check("// unsafe\nfn f() {}", "unsafe", false);
        check("/* a /* b */ unsafe */ fn f() {}", "unsafe", false);
        check("let s = \"a \\\" unsafe\";", "unsafe", false);
        check("let s = r\"unsafe\";", "unsafe", false);
        check("let s = br#\"\" unsafe\"#;", "unsafe", false);
        check("let s = \"two\nlines unsafe\";", "unsafe", false);
    }

    #[test]
    fn longer_names_are_other_words() {
        check("#[allow(unsafe_code)]", "unsafe", false);
        check("let not_unsafe = 1;", "unsafe", false);
    }

    #[test]
    fn an_unfinished_comment_or_string_ends_with_the_file() {
        check("/* a", "a", false);
        check("\"a", "a", false);
        check("r##\"a\"#", "a", false);
        check("'\\", "a", false);
    }

    #[test]
    fn the_test_module_is_not_counted() {
        assert_eq!(lines_without_tests("a\nb\n#[cfg(test)]\nmod tests {}\n"), 2);
        assert_eq!(lines_without_tests("a\nb\n"), 2);
    }
}
