//! The argument lists of the tools: words and flags in any order.

/// A flag's names, separated by `|`, and whether it takes a value. The last name is the one to ask for.
pub type Flag = (&'static str, bool);

/// A parsed argument list.
#[derive(Debug, Default)]
pub struct Args {
    pub words: Vec<String>,
    flags: Vec<(&'static str, String)>,
}

impl Args {
    /// Sorts a command line into words and flags; a flag with a value takes the next argument whatever it is, as Go's pflag does.
    pub fn parse(line: &[String], known: &[Flag]) -> Result<Self, String> {
        let mut args = Self::default();
        let mut rest = line.iter();
        while let Some(arg) = rest.next() {
            if !arg.starts_with('-') || arg == "-" {
                args.words.push(arg.clone());
                continue;
            }
            let (name, attached) = match arg.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (arg.as_str(), None),
            };
            let (name, attached) = match find(known, name) {
                None if !arg.starts_with("--")
                    && arg.is_char_boundary(2)
                    && find(known, &arg[..2]).is_some_and(|f| f.1) =>
                {
                    (&arg[..2], Some(arg[2..].to_owned()))
                }
                _ => (name, attached),
            };
            let Some((canonical, takes_value)) = find(known, name) else {
                return Err(format!("unknown flag: {arg}"));
            };
            let value = match (takes_value, attached) {
                (_, Some(value)) => value,
                (true, None) => rest
                    .next()
                    .cloned()
                    .ok_or_else(|| format!("flag needs an argument: {arg}"))?,
                (false, None) => "true".to_owned(),
            };
            args.flags.push((canonical, value));
        }
        Ok(args)
    }

    /// The flag's last value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.flags
            .iter()
            .rev()
            .find(|(flag, _)| *flag == name)
            .map(|(_, value)| value.as_str())
    }

    /// All of the flag's values.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.flags
            .iter()
            .filter(move |(flag, _)| *flag == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the switch is on.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value != "false")
    }

    /// The words, to be matched against a pattern.
    pub fn word_slices(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}

fn find(known: &[Flag], name: &str) -> Option<(&'static str, bool)> {
    known.iter().find_map(|(names, takes_value)| {
        let canonical = names.rsplit('|').next().unwrap_or(names);
        names
            .split('|')
            .any(|n| n == name)
            .then_some((canonical, *takes_value))
    })
}
