//! The order of layers, by their shapes and by their names.

use std::cmp::Ordering;

/// The orders in which layers fit together.
#[derive(Debug, PartialEq)]
pub(crate) enum Order {
    None,
    /// The only order: the indices of the layers, from the input to the output.
    One(Vec<usize>),
    /// More than one order, or too many possible orders to search: the indices of two layers whose order is not
    /// determined.
    Several([usize; 2]),
}

/// A part of a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    /// A number without leading zeros: the count of its digits, and the digits.
    Number(usize, String),
    /// Letters, in lower case.
    Word(String),
}

/// The place in the order that a word in a name gives to a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Input,
    Anywhere,
    Last,
    Head,
    Output,
}

/// The key by which layers are sorted: the place that a word in the name gives, and the numbers and words of the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Place, Vec<Token>);

/// The limit on the number of times that a search places a layer. If names and shapes allow many orders, the number of
/// steps of a full search grows exponentially with the number of layers.
const TRIES: u32 = 20_000;

/// The key by which a layer with the name `stem` is sorted.
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

/// The place in the order that the words among `tokens` give to a layer.
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

/// The order of two layers that follows from the keys of their names; `None` if no order follows, for example because
/// the names differ in a word.
fn told(Key(place_a, a): &Key, Key(place_b, b): &Key) -> Option<Ordering> {
    if place_a != place_b {
        return Some(place_a.cmp(place_b));
    }
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    match (a.get(common), b.get(common)) {
        (Some(Token::Number(..)), Some(Token::Number(..))) => Some(a[common].cmp(&b[common])),
        (None, Some(Token::Number(..))) => Some(Ordering::Less), // "linear" comes before "linear_1"
        (Some(Token::Number(..)), None) => Some(Ordering::Greater),
        _ => None,
    }
}

/// For each layer, the indices of the layers that must come after it according to their names.
pub(crate) fn precedence(stems: &[&str]) -> Vec<Vec<usize>> {
    let keys: Vec<Key> = stems.iter().map(|stem| key(stem)).collect();
    let after = |a: &Key| (0..keys.len()).filter(|b| told(a, &keys[*b]) == Some(Ordering::Less)).collect();
    keys.iter().map(after).collect()
}

/// The orders in which each layer has as many inputs as the layer before it has outputs, and each layer k comes before
/// the layers in `precedes[k]`. `widths[k]` holds the numbers of inputs and outputs of layer k.
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
    /// Tries all ways to complete the order, until two orders are found or the limit [`TRIES`] is reached.
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
