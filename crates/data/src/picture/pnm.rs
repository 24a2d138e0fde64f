//! Finds what the decoder of PNM files ignores: samples above the stated maximum, and further pictures.

/// The properties that the header of a PGM, PPM or PAM file states, and the bytes after the header.
struct Pnm<'a> {
    /// The number of samples: width x height x planes.
    samples: usize,
    /// The stated maximum of a sample.
    maximum: u32,
    /// Whether samples are written as decimal numbers.
    is_plain: bool,
    /// The bytes after the header.
    rest: &'a [u8],
}

/// The first sample above the stated maximum in `bytes`, and this maximum; `None` if there is no such sample or `bytes`
/// is not a PGM, PPM or PAM file.
pub(super) fn excess(bytes: &[u8]) -> Option<(u32, u32)> {
    let Pnm { samples, maximum, is_plain, rest } = opened(bytes)?;
    let above = |sample: &u32| *sample > maximum;
    let found = if is_plain {
        let mut rest = rest;
        std::iter::from_fn(|| number(&mut rest)).take(samples).find(above)
    } else if maximum < 256 {
        rest.iter().take(samples).map(|byte| u32::from(*byte)).find(above)
    } else {
        rest.as_chunks().0.iter().take(samples).map(|pair| u32::from(u16::from_be_bytes(*pair))).find(above)
    };
    found.map(|sample| (sample, maximum))
}

/// Whether `bytes` is a PGM or PPM file of binary samples or a PAM file, and holds a further picture after the first.
pub(super) fn has_more(bytes: &[u8]) -> bool {
    let next = opened(bytes).filter(|pnm| !pnm.is_plain).and_then(|Pnm { samples, maximum, rest, .. }| {
        rest.get(samples.checked_mul(if maximum < 256 { 1 } else { 2 })?..)
    });
    next.is_some_and(
        |next| matches!(next.trim_ascii_start(), [b'P', b'1'..=b'7', space, ..] if space.is_ascii_whitespace()),
    )
}

/// Reads the header of a PGM, PPM or PAM file from `bytes`; `None` if `bytes` do not begin with such a header.
fn opened(bytes: &[u8]) -> Option<Pnm<'_>> {
    let (kind, mut rest) = (bytes.get(..2)?, bytes.get(2..)?);
    let planes = match kind {
        b"P2" | b"P5" => 1,
        b"P3" | b"P6" => 3,
        b"P7" => return pam(rest),
        _ => return None,
    };
    let [width, height, maximum] = [number(&mut rest)?, number(&mut rest)?, number(&mut rest)?];
    let samples = (width as usize).checked_mul(height as usize)?.checked_mul(planes)?;
    // One white-space byte follows the header.
    Some(Pnm { samples, maximum, is_plain: matches!(kind, b"P2" | b"P3"), rest: rest.get(1..)? })
}

/// Reads the header of a PAM file from `rest`, the bytes after the magic number.
fn pam(mut rest: &[u8]) -> Option<Pnm<'_>> {
    let (mut samples, mut maximum) = (1usize, None);
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        rest = &rest[end + 1..];
        let (key, value) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        match key {
            "WIDTH" | "HEIGHT" | "DEPTH" => samples = samples.checked_mul(value.trim().parse().ok()?)?,
            "MAXVAL" => maximum = value.trim().parse().ok(),
            "ENDHDR" => return Some(Pnm { samples, maximum: maximum?, is_plain: false, rest }),
            _ => {}
        }
    }
}

/// Removes white space and comments, and the decimal number after them, from the start of `rest`; returns the number.
fn number(rest: &mut &[u8]) -> Option<u32> {
    loop {
        *rest = rest.trim_ascii_start();
        if rest.first() != Some(&b'#') {
            break;
        }
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        *rest = &rest[end..];
    }
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, after) = rest.split_at(digits);
    *rest = after;
    std::str::from_utf8(number).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_above_the_maximum_are_found() {
        assert_eq!(excess(b"P5 2 1 15\n\x0f\x10"), Some((16, 15)));
        assert_eq!(excess(b"P5 2 1 1023\n\x03\xff\x04\x00"), Some((1024, 1023)));
        assert_eq!(excess(b"P2 # grey\n2 1\n# most\n15 3 16"), Some((16, 15)));
        assert_eq!(excess(b"P3 1 1 7 1 2 9"), Some((9, 7)));
        assert_eq!(
            excess(b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 2\nMAXVAL 9\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n\x09\x0a"),
            Some((10, 9))
        );
        for whole in
            [&b"P5 2 1 15\n\x0f\x0f\xff"[..], b"P2 2 1 15 3 15", b"P4 1 1\n\xff", b"P5 2", b"no picture", b"P7\n"]
        {
            assert_eq!(excess(whole), None);
        }
    }

    #[test]
    fn further_pictures_are_found() {
        assert!(has_more(b"P5 2 1 255\n\x01\x02P5 2 1 255\n\x03\x04"));
        assert!(has_more(b"P6 1 1 256\n\0\x01\0\x02\0\x03\nP6 1 1 256\n"));
        for one in [&b"P5 2 1 255\n\x01\x02"[..], b"P5 2 1 255\n\x01\x02\n", b"P5 3 1 255\n\x01P5 2 1", b"P2 1 1 9 3"] {
            assert!(!has_more(one));
        }
    }
}
