//! The confusion matrix as a table.

use crate::document::scrolling;
use crate::text::number::{count, percent};
use maud::{Markup, html};

/// The largest number of classes for which the table has cells of full size; with more classes, the cells are smaller.
const ROOMY: usize = 20;

/// The largest number of mistakes, each a pair of an actual and a predicted class, that are stated in words.
const NAMED: usize = 3;

/// The section of the confusion matrix `[actual][predicted]`, with the class names `names`; empty if the matrix is
/// empty.
pub(crate) fn section(matrix: &[Vec<usize>], names: &[String]) -> Markup {
    html! {
        @if !matrix.is_empty() {
            section {
                h2 { "Confusion matrix" }
                p { (in_words(matrix, names)) }
                (scrolling("Confusion matrix", &table(matrix, names)))
            }
        }
    }
}

fn table(matrix: &[Vec<usize>], names: &[String]) -> Markup {
    let most_wrong = mistakes(matrix).map(|(_, _, times)| times).max().unwrap_or(0);
    html! {
        table.confusion.dense[matrix.len() > ROOMY] {
            caption { "Test examples: a row for each actual class, a column for each predicted class." }
            thead {
                tr {
                    td {}
                    @for predicted in 0..matrix.len() { th scope="col" { (name(names, predicted)) } }
                    th scope="col" { "all" }
                    th scope="col" { "error" }
                }
            }
            tbody {
                @for (actual, row) in matrix.iter().enumerate() {
                    @let images: usize = row.iter().sum();
                    @let right = row.get(actual).copied().unwrap_or(0);
                    tr {
                        th scope="row" { (name(names, actual)) }
                        @for (predicted, &times) in row.iter().enumerate() {
                            @if predicted == actual {
                                td.right style=(shade(times, images)) { (times) }
                            } @else if times == 0 {
                                td.none { "0" }
                            } @else {
                                td.wrong style=(shade(times, most_wrong)) { (times) }
                            }
                        }
                        td.sum { (count(images)) }
                        td.sum { @if images > 0 { (percent((images - right) as f64 / images as f64)) } @else { "–" } }
                    }
                }
            }
        }
    }
}

/// The name of class `k`, counted from 0; the number itself if the class has no name.
pub(crate) fn name(names: &[String], k: usize) -> String {
    names.get(k).cloned().unwrap_or_else(|| k.to_string())
}

/// The style of a cell: the strength of its colour in percent, which the style sheet turns into a background.
fn shade(times: usize, most: usize) -> String {
    format!("--shade:{}%", 100 * times / most.max(1))
}

/// The actual class, the predicted class and the count of each nonzero cell off the diagonal.
fn mistakes(matrix: &[Vec<usize>]) -> impl Iterator<Item = (usize, usize, usize)> {
    let rows = matrix.iter().enumerate();
    let cells = rows.flat_map(|(actual, row)| row.iter().enumerate().map(move |(k, &times)| (actual, k, times)));
    cells.filter(|&(actual, predicted, times)| actual != predicted && times > 0)
}

/// The most frequent mistakes, in words; if there are no mistakes, a sentence that says so.
fn in_words(matrix: &[Vec<usize>], names: &[String]) -> String {
    let mut most: Vec<_> = mistakes(matrix).collect();
    // The sort is stable: among equal counts, the lower actual class comes first.
    most.sort_by_key(|&(_, _, times)| std::cmp::Reverse(times));
    let named = most.iter().take(NAMED);
    let named: Vec<String> = named
        .map(|(actual, predicted, times)| {
            format!("{} classified as {} ({times})", name(names, *actual), name(names, *predicted))
        })
        .collect();
    if named.is_empty() {
        "No test example is misclassified.".to_owned()
    } else {
        format!("Most often: {}.", named.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_classes_and_the_last_column_is_their_error() {
        let text = section(&[vec![8, 2], vec![0, 5]], &[]).into_string();
        assert!(text.contains(r#"<td class="right" style="--shade:80%">8</td>"#), "{text}");
        assert!(text.contains(r#"<td class="wrong" style="--shade:100%">2</td>"#), "{text}");
        assert!(text.contains("<td class=\"sum\">20.00\u{a0}%</td>"), "{text}");
        assert!(text.contains("Most often: 0 classified as 1 (2)."), "{text}");
    }

    #[test]
    fn the_most_frequent_mistakes_come_first() {
        let words = in_words(&[vec![9, 1, 4], vec![7, 9, 0], vec![4, 0, 9]], &[]);
        assert_eq!(words, "Most often: 1 classified as 0 (7), 0 classified as 2 (4), 2 classified as 0 (4).");
        assert_eq!(in_words(&[vec![3, 0], vec![0, 3]], &[]), "No test example is misclassified.");
    }

    #[test]
    fn classes_have_their_names() {
        let names = ["cat".to_owned(), "<dog>".to_owned()];
        let text = section(&[vec![8, 2], vec![0, 5]], &names).into_string();
        assert!(text.contains("Most often: cat classified as &lt;dog&gt; (2).") && !text.contains("<dog>"), "{text}");
    }

    #[test]
    fn classes_without_test_images_and_short_rows_are_shown() {
        assert!(section(&[vec![0, 0], vec![]], &[]).into_string().contains("<td class=\"sum\">–</td>"));
        assert_eq!(section(&[], &[]).into_string(), "");
    }
}
