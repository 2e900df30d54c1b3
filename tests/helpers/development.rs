//! The four helpers of a developer: the real git with a bare repository on this machine, and the real rsync.

mod initialise;
mod push;
mod sync;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::world::{Door, Ended, Run, World};

/// A script of the toolkit that a helper stands in for.
const SCRIPT: &str = "helperscripts/GetVariableValue.sh";

/// One of the toolkit's own.
const OWN: &str = "ExpeditedAgileDeploymentToolkit.sh";

/// A toolkit with shims, its development copy, and the repository of both.
struct Workshop {
    world: World,
}

impl Workshop {
    /// The copy is a clone of the branch main alone, as the toolkit makes it; the repository has a branch dev, which is a
    /// commit ahead.
    fn new() -> Self {
        let world = World::at("linode");
        let git = which::which("git").unwrap();
        std::os::unix::fs::symlink(git, world.path("bin/git")).unwrap();
        world.write(
            "builddescriptors/buildstyles.dat",
            "GITBRANCH:dev\nDATASTORETOOL:s3cmd\n",
        );
        world.set_variable("GIT_USER", Some("A Developer"));
        world.set_variable("GIT_EMAIL_ADDRESS", Some("developer@example.invalid"));
        let shop = Self { world };
        for (file, content) in [
            (OWN, "#!/bin/sh\necho main\n"),
            (SCRIPT, "#!/bin/sh\necho original\n"),
            ("initscripts/x.sh", "x\n"),
            ("providerscripts/x.sh", "x\n"),
        ] {
            shop.write(&format!("seed/{file}"), content);
        }
        shop.git("seed", &["init", "-q", "-b", "main"]);
        shop.commits("seed", "begin");
        let seed = shop.path("seed").display().to_string();
        shop.git(".", &["clone", "-q", "--bare", &seed, "origin.git"]);
        shop.git("seed", &["checkout", "-q", "-b", "dev"]);
        shop.write(&format!("seed/{OWN}"), "#!/bin/sh\necho dev\n");
        shop.commits("seed", "go on");
        let origin = shop.origin();
        shop.git("seed", &["push", "-q", &origin, "dev"]);
        shop.git(
            ".",
            &[
                "clone",
                "-q",
                "-b",
                "main",
                "--single-branch",
                &origin,
                "development",
            ],
        );
        for file in [OWN, "initscripts/x.sh", "providerscripts/x.sh"] {
            shop.world.write(file, "the toolkit's\n");
        }
        shop.shim("build_home");
        shop
    }

    /// As [`Self::new`], with the copy on the branch dev.
    fn on_dev() -> Self {
        let shop = Self::new();
        shop.run("InitialiseToolkitForDevelopment", &[])
            .ends()
            .succeeded();
        shop
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.world.path(relative)
    }

    fn origin(&self) -> String {
        format!("file://{}", self.path("origin.git").display())
    }

    fn write(&self, relative: &str, content: &str) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap_or_default()
    }

    /// Puts a shim over the script in a folder, as an installation does.
    fn shim(&self, folder: &str) {
        let script = self.path(folder).join(SCRIPT);
        let kept = script
            .with_file_name(".legacy")
            .join(script.file_name().unwrap());
        std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
        if script.exists() {
            std::fs::rename(&script, &kept).unwrap();
        } else {
            std::fs::write(&kept, "#!/bin/sh\necho original\n").unwrap();
        }
        let text = crate::world::shim_of("GetVariableValue");
        std::fs::write(&script, text).unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What stands beneath the shim in a folder, which must be there.
    #[track_caller]
    fn beneath(&self, folder: &str) -> String {
        let shim = self.read(&format!("{folder}/{SCRIPT}"));
        assert!(shim.contains("--shim"), "{shim}");
        self.read(&format!(
            "{folder}/helperscripts/.legacy/GetVariableValue.sh"
        ))
    }

    fn git(&self, folder: &str, words: &[&str]) -> String {
        let output = self
            .world
            .started_as(Path::new("git"))
            .args(["-C", self.path(folder).to_str().unwrap()])
            .args(["-c", "user.name=x", "-c", "user.email=x@example.invalid"])
            .args(words)
            .ends();
        output.succeeded().trim_end().to_owned()
    }

    fn commits(&self, folder: &str, message: &str) {
        self.git(folder, &["add", "."]);
        self.git(folder, &["commit", "-q", "-m", message]);
    }

    fn run(&self, helper: &str, words: &[&str]) -> Run<'_> {
        self.through(Door::Shim, helper, words)
    }

    fn through(&self, door: Door, helper: &str, words: &[&str]) -> Run<'_> {
        let development = self.path("development");
        let run = self.world.helper(door, helper);
        run.args(words)
            .args(["--development", development.to_str().unwrap()])
    }

    /// The commits of a branch of the repository, the newest first.
    fn pushed(&self, branch: &str) -> Vec<String> {
        let listed = self.git("origin.git", &["log", "--format=%s", branch]);
        listed.lines().map(str::to_owned).collect()
    }

    /// All that git has of the copy, and all files in it.
    fn state(&self) -> (Vec<String>, String) {
        let names = self.world.names_below("development");
        let names = names
            .into_iter()
            .filter(|name| !name.contains("/FETCH_HEAD"))
            .collect();
        (names, self.git("development", &["log", "--format=%H %s"]))
    }
}

fn refused(ended: &Ended, words: &str) {
    assert_eq!(ended.status, Some(1), "{ended}");
    ended.says(words);
}

#[test]
fn main_is_never_pushed_to() {
    let shop = Workshop::new();
    let before = (shop.state(), shop.pushed("main"), shop.pushed("dev"));
    shop.write(&format!("development/{OWN}"), "changed\n");
    let helpers: [(&str, &[&str]); 3] = [
        ("InitialiseToolkitForDevelopment", &[]),
        ("PushInfrastructureScriptsUpdates", &["a message"]),
        ("PushAndSyncInfrastructureScriptsUpdates", &["a message"]),
    ];
    for (helper, words) in helpers {
        for (branch, why) in [
            ("main", "the branch 'main' is not pushed to directly"),
            ("refs/heads/main", "is not the name of a branch"),
            ("HEAD:main", "is not the name of a branch"),
            ("+main", "is not the name of a branch"),
        ] {
            let run = shop.run(helper, words).args([branch]);
            refused(&run.stdin("\n\n\n").ends(), why);
        }
        for (styles, why) in [
            (
                "GITBRANCH:main\n",
                "the branch 'main' is not pushed to directly",
            ),
            ("# GITBRANCH:dev\n", "there is no branch"),
        ] {
            shop.world.write("builddescriptors/buildstyles.dat", styles);
            refused(&shop.run(helper, words).stdin("\n\n\n").ends(), why);
        }
    }
    shop.git("development", &["checkout", "-q", "."]);
    assert_eq!(
        (shop.state(), shop.pushed("main"), shop.pushed("dev")),
        before
    );
    assert_eq!(shop.read(&format!("build_home/{OWN}")), "the toolkit's\n");
}
