//! From token bytes to text that can be shown: whole characters only, and nothing of a stop text.

/// Collects the bytes of tokens and gives out the text that is certain.
#[derive(Debug, Default)]
pub(crate) struct TextStream {
    /// Bytes of a character that is not complete yet.
    tail: Vec<u8>,
    /// Text that may be the beginning of a stop text.
    held: String,
    /// Text that was given out.
    text: String,
    stops: Vec<String>,
    stopped: bool,
}

impl TextStream {
    /// A stream that ends before any of `stops`; empty ones are ignored.
    pub(crate) fn new(stops: &[String]) -> Self {
        Self {
            stops: stops
                .iter()
                .filter(|stop| !stop.is_empty())
                .cloned()
                .collect(),
            ..Self::default()
        }
    }

    /// Takes the bytes of a token and gives the text that can be shown now, possibly empty.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> String {
        if self.stopped {
            return String::new();
        }
        self.tail.extend_from_slice(bytes);
        let characters = self.take_characters();
        self.held.push_str(&characters);
        let first = self
            .stops
            .iter()
            .filter_map(|stop| self.held.find(stop.as_str()))
            .min();
        let certain = match first {
            Some(at) => {
                self.stopped = true;
                self.held.truncate(at);
                self.held.len()
            }
            None => self.held.len() - self.longest_beginning_of_a_stop(),
        };
        let rest = self.held.split_off(certain);
        let delta = std::mem::replace(&mut self.held, rest);
        self.text.push_str(&delta);
        delta
    }

    /// A stop text was reached; nothing more comes.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Ends the stream: gives the text that was held back. An incomplete character is dropped.
    pub(crate) fn finish(&mut self) -> String {
        self.tail.clear();
        let delta = std::mem::take(&mut self.held);
        self.text.push_str(&delta);
        delta
    }

    /// Everything that was given out.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Takes the complete characters off `tail`; bytes that can never become one turn into `U+FFFD`.
    fn take_characters(&mut self) -> String {
        let mut out = String::new();
        let mut rest = self.tail.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    out.push_str(text);
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    out.push_str(&String::from_utf8_lossy(good));
                    rest = bad;
                    match error.error_len() {
                        Some(length) => {
                            out.push(char::REPLACEMENT_CHARACTER);
                            rest = &rest[length..];
                        }
                        None => break,
                    }
                }
            }
        }
        self.tail = rest.to_vec();
        out
    }

    fn longest_beginning_of_a_stop(&self) -> usize {
        let held = self.held.as_str();
        self.stops
            .iter()
            .flat_map(|stop| stop.char_indices().skip(1).map(move |(at, _)| &stop[..at]))
            .filter(|beginning| held.ends_with(beginning))
            .map(str::len)
            .max()
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds the text byte by byte; checks that what comes out is always valid and adds up.
    fn run(bytes: &[u8], piece: usize, stops: &[&str]) -> (String, bool) {
        let stops: Vec<String> = stops.iter().map(ToString::to_string).collect();
        let mut stream = TextStream::new(&stops);
        let mut shown = String::new();
        for part in bytes.chunks(piece) {
            shown.push_str(&stream.push(part));
            if stream.is_stopped() {
                break;
            }
        }
        shown.push_str(&stream.finish());
        let stopped = stream.is_stopped();
        assert_eq!(shown, stream.into_text());
        (shown, stopped)
    }

    #[test]
    fn characters_come_out_whole_however_the_bytes_are_cut() {
        let text = "你好，world 🎓!";
        for piece in 1..8 {
            assert_eq!(run(text.as_bytes(), piece, &[]), (text.to_string(), false));
        }
    }

    #[test]
    fn nothing_of_a_stop_text_is_shown_however_it_is_cut() {
        for piece in 1..12 {
            let bytes = "答案是 42。\n\n问题：还有吗".as_bytes();
            let expected = ("答案是 42。\n".to_string(), true);
            assert_eq!(run(bytes, piece, &["\n问题："]), expected);
        }
    }

    #[test]
    fn a_beginning_of_a_stop_text_that_goes_on_differently_is_shown() {
        let text = "a </dog> b </do";
        for piece in 1..6 {
            assert_eq!(
                run(text.as_bytes(), piece, &["</done>"]),
                (text.to_string(), false)
            );
        }
    }

    #[test]
    fn the_earliest_of_several_stop_texts_counts() {
        let expected = ("one ".to_string(), true);
        assert_eq!(run(b"one two three", 13, &["three", "two"]), expected);
    }

    #[test]
    fn a_stop_text_that_repeats_its_own_beginning_is_found() {
        for piece in 1..6 {
            let expected = ("a".to_string(), true);
            assert_eq!(run(b"aabababc", piece, &["ababc"]).0, "aab");
            assert_eq!(run(b"aab", piece, &["ab"]), expected);
        }
    }

    #[test]
    fn bytes_that_are_no_text_become_a_replacement_and_an_unfinished_character_is_dropped() {
        assert_eq!(run(b"a\xffb", 1, &[]).0, "a\u{fffd}b");
        assert_eq!(run("ab好".as_bytes(), 4, &[]).0, "ab好");
        assert_eq!(run(&"ab好".as_bytes()[..4], 1, &[]).0, "ab");
    }

    #[test]
    fn an_empty_stop_text_stops_nothing() {
        assert_eq!(run(b"abc", 1, &[""]), ("abc".to_string(), false));
    }
}
