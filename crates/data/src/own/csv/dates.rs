//! Dates and times of day.

/// The names of the months, in lower case; each can be abbreviated to its first three letters.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Whether `field` is a date, a time of day or a duration, or begins with a date. Examples: 2024-01-31; 31/01/2024;
/// 31.1.2024; 1-Jan-2020; March 1, 2000; 2020-01; Q1 2020; 08:30.
pub(super) fn is_date(field: &str) -> bool {
    field.starts_with(|c: char| c.is_alphanumeric())
        && (is_numeric_day(field) || is_named_day(field) || is_day_in_characters(field) || is_time(field))
}

/// Whether `number` is a day of the years 1900 to 2100 as the whole number yyyymmdd, such as 20240131.
pub(super) fn is_numbered_day(number: f64) -> bool {
    if number.fract() != 0.0 || !(19_000_101.0..=21_001_231.0).contains(&number) {
        return false;
    }
    let number = number as u32;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn is_numeric_day(field: &str) -> bool {
    let day = field.split([' ', 'T']).next().unwrap_or_default();
    let digits =
        |part: &&str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let whole = ['-', '/', '.'].into_iter().any(|separator| {
        let parts: Vec<&str> = day.split(separator).collect();
        parts.len() == 3
            && parts.iter().all(|part| digits(part, 4))
            && parts.iter().any(|part| part.len() == 4 || separator != '.')
    });
    let month = day.split_once(['-', '/']).is_some_and(|(year, month)| {
        year.len() == 4
            && digits(&year, 4)
            && month.len() == 2
            && month.parse().is_ok_and(|k: u8| (1..=12).contains(&k))
    });
    whole || month
}

/// Whether `field` consists of a month or a quarter and one or two numbers for the day and the year, with at most a
/// weekday and a time besides; or of a year and a quarter in one word, such as 2020Q1.
fn is_named_day(field: &str) -> bool {
    let day = field.split_once(':').map_or(field, |(before, _)| before.rsplit_once(' ').map_or(before, |(day, _)| day));
    let words = day.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_lowercase).filter(|word| !is_weekday(word)).collect();
    let is_month = |word: &String| MONTHS.iter().any(|month| *month == word || month[..3] == *word);
    let is_quarter = |word: &String| matches!(word.as_bytes(), [b'q', b'1'..=b'4']);
    let is_number = |word: &String| {
        let bare = word.trim_end_matches(|c: char| c.is_alphabetic());
        let ordinal = matches!(&word[bare.len()..], "" | "st" | "nd" | "rd" | "th");
        ordinal && matches!(bare.len(), 1 | 2 | 4) && bare.bytes().all(|byte| byte.is_ascii_digit())
    };
    let named = words.iter().filter(|word| is_month(word) || is_quarter(word)).count();
    let numbers = words.iter().filter(|word| is_number(word)).count();
    let quarter_of_year = words.len() == 1
        && matches!(words[0].as_bytes(), [year @ .., b'q', b'1'..=b'4'] if year.len() == 4 && year.iter().all(u8::is_ascii_digit));
    (named == 1 && (1..=2).contains(&numbers) && named + numbers == words.len()) || quarter_of_year
}

/// Whether `word`, in lower case, is the name of a day of the week, or the first three or more letters of such a name.
fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(word))
}

/// Whether `field` begins with a year as it is written in Chinese and Japanese dates, such as 2024年1月31日.
fn is_day_in_characters(field: &str) -> bool {
    let year = field.split_once('年').map(|(year, _)| year);
    year.is_some_and(|year| matches!(year.len(), 2 | 4) && year.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether `field` is a time of day or a duration: 8:30, 08:30:15.5, 8:30 PM.
fn is_time(field: &str) -> bool {
    let lower = field.to_lowercase();
    let clock = lower.trim_end_matches("am").trim_end_matches("pm").trim_end_matches('z').trim_end();
    let parts: Vec<&str> = clock.split(':').collect();
    let two = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()) && part < "60";
    let hour = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts[..] {
        [hours, minutes] => hour(hours) && two(minutes),
        [hours, minutes, seconds] => hour(hours) && two(minutes) && two(seconds.split('.').next().unwrap_or_default()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_a_day_if_the_calendar_has_it() {
        for day in [19_000_101.0, 20_240_131.0, 20_240_229.0, 20_000_229.0, 20_230_430.0, 21_001_231.0] {
            assert!(is_numbered_day(day), "{day}");
        }
        for other in [
            20_240_132.0,
            20_230_229.0,
            19_000_229.0,
            20_230_431.0,
            20_241_301.0,
            20_240_031.0,
            18_991_231.0,
            21_010_101.0,
            20_240_131.5,
            202_401.0,
            -20_240_131.0,
        ] {
            assert!(!is_numbered_day(other), "{other}");
        }
    }

    #[test]
    fn dates_and_times_are_recognised_and_versions_and_ranges_are_not() {
        for date in [
            "2024-01-31",
            "31/01/2024",
            "1/2/24",
            "31.01.2024",
            "2024-01-31 10:00",
            "2024-01-31T10:00:00Z",
            "2020-01",
            "1-Jan-2020",
            "01-JAN-20",
            "Jan-20",
            "March 1, 2000",
            "1 March 2000",
            "Mar 1st, 2000",
            "Mar 2000",
            "Q1 2020",
            "2020Q1",
            "2020-Q1",
            "Mon 31 Jan 2023",
            "Tuesday, 31 January 2023",
            "Sun, 01 Jan 2023 00:00:00 GMT",
            "2023年1月31日",
            "1-Jan-2020 10:00",
            "08:30",
            "8:30",
            "8:30 PM",
            "08:30:15",
            "08:30:15.250",
            "123:04:05",
        ] {
            assert!(is_date(date), "{date}");
        }
        for other in [
            "1.2.3",
            "10-20",
            "a-b-c",
            "2024",
            "12345-1-1",
            "",
            "16:9",
            "march",
            "May",
            "3 marbles",
            "maybe 3",
            "2019-20",
            "decision 4",
            "10:75",
            "x:30",
            "Q5 2020",
            "Q1",
            "18-25",
            "-5",
            "1/2",
            "１４",
            "Sun 3",
            "年",
        ] {
            assert!(!is_date(other), "{other}");
        }
    }
}
