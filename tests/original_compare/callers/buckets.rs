//! What people call that changes buckets: the firewall's list, the autoscalers' numbers, and buckets themselves.

use super::CLOUDS;
use super::people::number;
use crate::scenario::{Reads, Scenario};
use crate::scenes::Step;

/// The bucket of a build machine's firewall list, and the note in root's home that names it.
const LIST: &str = "authip-adt-allowed-198-51-100-9/authorised-ips.dat";
const NOTE: Step = Step::RootFile("FIREWALL-BUCKET:198-51-100-9", "");

pub fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    for cloud in CLOUDS {
        all.extend(allow_laptop_ip(cloud));
        all.extend(adjust_scaling(cloud));
        all.extend(cleanup_datastore(cloud));
    }
    all.into_iter().map(Scenario::by_hand).collect()
}

fn of(helper: &'static str, cloud: &'static str, stdin: String, scene: Vec<Step>) -> Scenario {
    let scenario = Scenario::of(helper, cloud).reads(Reads::Nothing);
    scenario.stdin(stdin).scene(scene)
}

fn allow_laptop_ip(cloud: &'static str) -> Vec<Scenario> {
    let of = |answers: &str, scene: Vec<Step>| {
        let stdin = format!("test-build\n{}\n{answers}", number(cloud));
        of("AllowLaptopIP", cloud, stdin, scene)
    };
    let list = Step::Object(LIST, "11.2.3.45\n203.0.113.7\n");
    vec![
        of("1.2.3.4\n1\n", vec![NOTE, list.clone()]),
        of("203.0.113.7\n1\n", vec![NOTE, list.clone()]),
        of("203.0.113.7\n2\n", vec![NOTE, list.clone()]),
        of("1.2.3.4\n2\n", vec![NOTE, list.clone()]),
        of("1.2.3.4\n1\n", vec![NOTE]),
        of("1.2.3.4\n1\n", vec![list]),
    ]
}

fn adjust_scaling(cloud: &'static str) -> Vec<Scenario> {
    let (three, one) = match cloud {
        "digitalocean" => (
            "lon1/autoscaler-1/STATIC_SCALE:3",
            "lon1/autoscaler-2/STATIC_SCALE:1",
        ),
        "exoscale" => (
            "ch-gva-2/autoscaler-1/STATIC_SCALE:3",
            "ch-gva-2/autoscaler-2/STATIC_SCALE:1",
        ),
        "linode" => (
            "gb-lon/autoscaler-1/STATIC_SCALE:3",
            "gb-lon/autoscaler-2/STATIC_SCALE:1",
        ),
        _ => (
            "lhr/autoscaler-1/STATIC_SCALE:3",
            "lhr/autoscaler-2/STATIC_SCALE:1",
        ),
    };
    let scene = [Step::Scaling(three), Step::Scaling(one)];
    let of = |answers: &str, scene: &[Step]| {
        let start = format!(
            "{}\ntest-build\nwww.testwebsite.uk\n{{region}}\n",
            number(cloud)
        );
        of(
            "AdjustScaling",
            cloud,
            format!("{start}{answers}"),
            scene.to_vec(),
        )
    };
    vec![
        of("autoscaler-1\n5\nY\n", &scene),
        of("autoscaler-1\n5\nn\n", &scene),
        of("autoscaler-2\n2\ny\n", &scene),
        of("autoscaler-1\n2\nY\n", &[scene[1].clone()]),
        of(
            "autoscaler-1\n5\nY\n",
            &[scene[0].clone(), Step::Env("PRODUCTION", "0")],
        ),
        of("autoscaler-1\n5\nY\n", &[]),
    ]
}

fn cleanup_datastore(cloud: &'static str) -> Vec<Scenario> {
    let scene = vec![
        Step::Object("first-bucket/a", "text"),
        Step::Object("second-bucket/folder/b", "text"),
        Step::Object("www-testwebsite-uk-hourly/c", "text"),
    ];
    let of = |answers: &str| {
        let stdin = format!("{}\n{answers}", number(cloud));
        of("CleanupDatastore", cloud, stdin, scene.clone())
    };
    vec![of("y\nN\nY\n"), of("N\n\nmaybe\n"), of("N\ny\n"), of("")]
}
