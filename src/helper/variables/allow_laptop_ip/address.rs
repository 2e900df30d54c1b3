//! What may stand in a line of the list: an address, or a network in CIDR notation.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use anyhow::{Context, ensure};

use crate::foreign_text::beginning;

/// An address, or all that begin with so many bits of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    address: IpAddr,
    bits: Option<u8>,
}

impl Address {
    /// Whether it is one of IPv6.
    pub fn is_ipv6(self) -> bool {
        self.address.is_ipv6()
    }

    /// Whether a line of the list says this address, in whatever spelling.
    pub fn is_line(self, line: &[u8]) -> bool {
        let line = std::str::from_utf8(line).ok();
        line.and_then(|line| line.parse().ok()) == Some(self)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bits {
            None => write!(formatter, "{}", self.address),
            Some(bits) => write!(formatter, "{}/{bits}", self.address),
        }
    }
}

impl FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (address, bits) = match text.split_once('/') {
            None => (text, None),
            Some((address, bits)) => (address, Some(bits)),
        };
        let expected = || {
            format!(
                "'{}' is not an IP address; expected one such as 203.0.113.7 or 203.0.113.0/24",
                beginning(text)
            )
        };
        let address: IpAddr = address.parse().with_context(expected)?;
        ensure!(
            !address.is_unspecified(),
            "'{}' stands for every address; give the one that may come in",
            beginning(text)
        );
        let Some(bits) = bits else {
            return Ok(Self {
                address,
                bits: None,
            });
        };
        let bits: u8 = bits.parse().with_context(expected)?;
        let (width, host_bits) = match address {
            IpAddr::V4(address) => (32, u128::from(address.to_bits())),
            IpAddr::V6(address) => (128, address.to_bits()),
        };
        ensure!((1..=width).contains(&bits), expected());
        let is_network = host_bits.trailing_zeros() >= u32::from(width - bits);
        ensure!(
            is_network,
            "'{}' is an address in a network and not the network; sshd refuses it, so set the bits after /{bits} to 0",
            beginning(text)
        );
        // A network of one address is the address.
        let bits = (bits < width).then_some(bits);
        Ok(Self { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_a_network_is_taken_and_written_in_one_way() {
        for (text, written) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7/32", "203.0.113.7"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("2001:db8::/32", "2001:db8::/32"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), written);
        }
        for text in [
            "",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "01.2.3.4",
            "1.2.3.4/33",
            "1.2.3.4/24",
            "1.2.3.0/",
            "0.0.0.0/0",
            "0.0.0.0",
            "::",
            "::/0",
            "1.2.3.4 5.6.7.8",
            "1.2.3.4\n",
            ".",
            "a.example",
            "2001:db8::1/129",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text:?}");
        }
    }
}
