//! The order of layers, by their shapes and by their names.

use std::cmp::Ordering;

/// The orders in which layers fit together.
#[derive(Debug, PartialEq)]
pub(crate) enum Order {
    None,
    /// The only one: the indices of the layers, from the input to the output.
    One(Vec<usize>),
    /// More than one, with two layers that may take the same place.
    Several([usize; 2]),
}

/// A part of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    /// A number: how many digits it has without leading zeros, and these.
    Number(usize, String),
    /// Letters, in lower case.
    Word(String),
}

/// Where a word in a name puts a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Input,
    Anywhere,
    Last,
    Head,
    Output,
}

/// What the names of layers are sorted by: the place that a word in the name gives, and its numbers and words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Place, Vec<Token>);

/// The limit on the layers that a search tries to place: names and shapes that leave much freedom would need a number
/// that grows exponentially with the number of layers.
const TRIES: u32 = 20_000;

/// The key of the name `stem`.
pub(crate) fn key(stem: &str) -> Key {
    let mut tokens: Vec<Token> = Vec::new();
    let mut previous = None;
    for c in stem.chars() {
        let kind = if c.is_ascii_digit() { Some(true) } else { c.is_alphanumeric().then_some(false) };
        match (kind, tokens.last_mut().filter(|_| kind == previous)) {
            (None, _) => {}
            (Some(true), Some(Token::Number(_, digits))) => digits.push(c),
            (Some(true), _) => tokens.push(Token::Number(0, c.to_string())),
            (Some(false), Some(Token::Word(word))) => word.extend(c.to_lowercase()),
            (Some(false), _) => tokens.push(Token::Word(c.to_lowercase().collect())),
        }
        previous = kind;
    }
    for token in &mut tokens {
        if let Token::Number(length, digits) = token {
            *digits = digits.trim_start_matches('0').to_owned();
            *length = digits.len();
        }
    }
    Key(place(&tokens), tokens)
}

/// The place that the words among `tokens` give.
fn place(tokens: &[Token]) -> Place {
    let has =
        |words: &[&str]| tokens.iter().any(|token| matches!(token, Token::Word(word) if words.contains(&&**word)));
    if has(&["output", "outputs", "out", "logits"]) {
        Place::Output
    } else if has(&["head", "classifier"]) {
        Place::Head
    } else if matches!(tokens.last(), Some(Token::Word(word)) if ["fc", "final", "last"].contains(&&**word)) {
        Place::Last
    } else if has(&["input", "inputs", "in"]) {
        Place::Input
    } else {
        Place::Anywhere
    }
}

/// The order that the names of two layers tell; `None` if they tell none, such as two different words.
fn told(Key(place_a, a): &Key, Key(place_b, b): &Key) -> Option<Ordering> {
    if place_a != place_b {
        return Some(place_a.cmp(place_b));
    }
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    match (a.get(common), b.get(common)) {
        (Some(Token::Number(..)), Some(Token::Number(..))) => Some(a[common].cmp(&b[common])),
        (None, Some(Token::Number(..))) => Some(Ordering::Less), // linear, linear_1
        (Some(Token::Number(..)), None) => Some(Ordering::Greater),
        _ => None,
    }
}

/// For each layer, the layers that must come after it by their names.
pub(crate) fn precedence(stems: &[&str]) -> Vec<Vec<usize>> {
    let keys: Vec<Key> = stems.iter().map(|stem| key(stem)).collect();
    let after = |a: &Key| (0..keys.len()).filter(|b| told(a, &keys[*b]) == Some(Ordering::Less)).collect();
    keys.iter().map(after).collect()
}

/// The orders of layers with `widths`, numbers of inputs and outputs, in which each has as many inputs as the one before
/// it has outputs, and comes before those that it `precedes`.
pub(crate) fn of(widths: &[[usize; 2]], precedes: &[Vec<usize>]) -> Order {
    let mut blocked = vec![0; widths.len()];
    precedes.iter().flatten().for_each(|layer| blocked[*layer] += 1);
    let mut search = Search { widths, precedes, blocked, placed: Vec::new(), tries: TRIES, found: Order::None };
    search.extend();
    search.found
}

struct Search<'a> {
    widths: &'a [[usize; 2]],
    precedes: &'a [Vec<usize>],
    /// For each layer, how many layers that are not placed yet must come before it; `usize::MAX` once it is placed.
    blocked: Vec<usize>,
    placed: Vec<usize>,
    tries: u32,
    found: Order,
}

impl Search<'_> {
    /// Completes the order in every way, until two orders are found.
    fn extend(&mut self) {
        if self.placed.len() == self.widths.len() {
            self.found = match std::mem::replace(&mut self.found, Order::None) {
                Order::One(first) => {
                    let other = first.iter().zip(&self.placed).find(|(a, b)| a != b);
                    Order::Several(other.map_or([0, 0], |(a, b)| [*a, *b]))
                }
                _ => Order::One(self.placed.clone()),
            };
            return;
        }
        let width = self.placed.last().map(|last| self.widths[*last][1]);
        for layer in 0..self.widths.len() {
            let fits = self.blocked[layer] == 0 && width.is_none_or(|width| self.widths[layer][0] == width);
            if !fits || matches!(self.found, Order::Several(_)) {
                continue;
            }
            let Some(left) = self.tries.checked_sub(1) else {
                let last = self.placed.last().copied().unwrap_or(layer);
                self.found = Order::Several([last, layer]);
                return;
            };
            self.tries = left;
            self.blocked[layer] = usize::MAX;
            self.placed.push(layer);
            self.precedes[layer].iter().for_each(|after| self.blocked[*after] -= 1);
            self.extend();
            self.precedes[layer].iter().for_each(|after| self.blocked[*after] += 1);
            self.placed.pop();
            self.blocked[layer] = 0;
        }
    }
}
