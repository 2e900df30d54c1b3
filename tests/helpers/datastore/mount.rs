//! `MountDatastore`.

use super::*;

#[test]
fn a_bucket_is_made_unless_it_is_there() {
    for (tool, look, make) in [
        (S3CMD, "…1|ls|s3://new-bucket", "…1|mb|s3://new-bucket"),
        (S5CMD, "…1|ls|s3://new-bucket", "…1|mb|s3://new-bucket"),
        (RCLONE, "…1|ls|s3:new-bucket", "…1|mkdir|s3:new-bucket"),
    ] {
        let world = world(tool);
        runs(&world, "MountDatastore", &["new-bucket", "local"]);
        assert_eq!(lines(&world, tool), [look, make]);
        objects(&world, "new-bucket", &["a"]);
        runs(&world, "MountDatastore", &["new-bucket", "local"]);
        assert_eq!(lines(&world, tool), [look, make, look]);
        assert_eq!(names(&world, "new-bucket"), ["a"]);
    }
}

#[test]
fn an_empty_bucket_is_not_made_again() {
    for tool in TOOLS {
        let world = world(tool);
        runs(&world, "MountDatastore", &[BUCKET, "local"]);
        assert_eq!(world.words().len(), 1);
    }
}
