//! Recomputes what a test item calculates: a key that is a number must be what its calculation gives.

/// The value of an expression of numbers, `+ - * / ^`, brackets and square roots; `None` when it is not one.
///
/// Knows the signs of print: `×`, `÷`, `·`, `−`, `²`, `³`, `√`. Names, units and anything else make it no expression.
pub(crate) fn evaluate(text: &str) -> Option<f64> {
    let text = plain(text);
    let tokens: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    if tokens.is_empty() || tokens.len() > 200 {
        return None;
    }
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        depth: 0,
    };
    let value = parser.sum()?;
    (parser.at == tokens.len() && value.is_finite()).then_some(value)
}

/// True when every equation of bare numbers in a text holds, e.g. `10 ÷ 2.0 = 5.0`; equations with names or units count
/// for nothing, since they cannot be checked here.
pub(crate) fn equations_hold(text: &str) -> bool {
    let text = plain(text);
    let sides: Vec<&str> = text.split('=').collect();
    sides.windows(2).all(|pair| {
        let left: String = pair[0]
            .chars()
            .rev()
            .take_while(|c| is_arithmetic(*c))
            .collect();
        let left: String = left.chars().rev().collect();
        let right: String = pair[1].chars().take_while(|c| is_arithmetic(*c)).collect();
        let (left, right) = (left.trim(), right.trim().trim_end_matches('.'));
        // A side that begins or ends in the middle of something else is not the whole side.
        let is_whole = starts_clean(pair[0], left);
        let has_operator = |side: &str| {
            side.chars()
                .skip(1)
                .any(|c| matches!(c, '+' | '-' | '*' | '/' | '^'))
        };
        if !is_whole || !(has_operator(left) || has_operator(right)) {
            return true;
        }
        match (evaluate(left), evaluate(right)) {
            (Some(left), Some(right)) => agree(left, right),
            (None, _) | (_, None) => true,
        }
    })
}

/// True for two values that are the same but for rounding.
pub(crate) fn agree(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.011 * a.abs().max(b.abs()).max(1e-9)
}

/// The first number that stands in a text.
pub(crate) fn first_number(text: &str) -> Option<f64> {
    let text = plain(text);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let is_negative = text[..start].ends_with('-');
    let digits: String = text[start..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let value: f64 = digits.trim_end_matches('.').parse().ok()?;
    Some(if is_negative { -value } else { value })
}

fn starts_clean(whole: &str, side: &str) -> bool {
    let before = whole.trim_end().strip_suffix(side).unwrap_or("");
    !before
        .chars()
        .last()
        .is_some_and(|c| c.is_alphanumeric() || c == ')')
}

fn is_arithmetic(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | '*' | '/' | '^' | '(' | ')' | ' ')
}

/// Signs of print as signs of arithmetic.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '×' | '·' | '⋅' => out.push('*'),
            '÷' => out.push('/'),
            '−' | '－' | '–' => out.push('-'),
            '＋' => out.push('+'),
            '＝' => out.push('='),
            '（' => out.push('('),
            '）' => out.push(')'),
            '²' => out.push_str("^2"),
            '³' => out.push_str("^3"),
            c => out.push(c),
        }
    }
    out
}

struct Parser<'t> {
    tokens: &'t [char],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn next_is(&mut self, wanted: &[char]) -> Option<char> {
        let c = *self.tokens.get(self.at)?;
        wanted.contains(&c).then(|| {
            self.at += 1;
            c
        })
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        while let Some(sign) = self.next_is(&['+', '-']) {
            let other = self.product()?;
            value = if sign == '+' {
                value + other
            } else {
                value - other
            };
        }
        Some(value)
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.power()?;
        while let Some(sign) = self.next_is(&['*', '/']) {
            let other = self.power()?;
            value = if sign == '*' {
                value * other
            } else {
                value / other
            };
        }
        Some(value)
    }

    fn power(&mut self) -> Option<f64> {
        if self.next_is(&['-']).is_some() {
            return Some(-self.power()?);
        }
        let base = self.atom()?;
        match self.next_is(&['^']) {
            Some(_) => Some(base.powf(self.power()?)),
            None => Some(base),
        }
    }

    fn atom(&mut self) -> Option<f64> {
        self.depth += 1;
        if self.depth > 100 {
            return None;
        }
        if self.next_is(&['√']).is_some() {
            return Some(self.atom()?.sqrt());
        }
        if self.next_is(&['(']).is_some() {
            let value = self.sum()?;
            self.next_is(&[')'])?;
            return Some(value);
        }
        let start = self.at;
        while self
            .tokens
            .get(self.at)
            .is_some_and(|c| c.is_ascii_digit() || *c == '.')
        {
            self.at += 1;
        }
        let digits: String = self.tokens[start..self.at].iter().collect();
        digits.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_of_print_have_their_value() {
        assert_eq!(evaluate("10 − 0.20×2.0×10"), Some(6.0));
        assert_eq!(
            evaluate("(20)²÷(2×7)").map(|v| (v * 10.0).round()),
            Some(286.0)
        );
        assert_eq!(evaluate("√16 + 2^3"), Some(12.0));
        assert_eq!(evaluate("-2*-3"), Some(6.0));
        for none in ["", "F=ma", "2 kg", "1/0", "(1", "1..2"] {
            assert_eq!(evaluate(none), None, "{none}");
        }
        assert_eq!(evaluate(&"(".repeat(150)), None);
    }

    #[test]
    fn a_wrong_equation_is_seen_and_one_with_units_is_left_alone() {
        assert!(equations_hold("加速度为 6÷2.0 = 3，所以速度是 3×4=12。"));
        assert!(!equations_hold("加速度为 6÷2.0 = 4。"));
        assert!(equations_hold("F = ma = 2 kg × 3 m/s² = 6 N"));
        assert!(equations_hold("20²/(2×7)=28.6"));
    }

    #[test]
    fn the_number_of_a_key_is_found_with_its_sign() {
        assert_eq!(first_number("约为 28.6 m。"), Some(28.6));
        assert_eq!(first_number("−5 N"), Some(-5.0));
        assert_eq!(first_number("方向竖直向下"), None);
    }
}
