#!/bin/sh
# The yardstick: as many processes as the script that GetVariableValue replaces starts, doing the same work. Three files
# of one line say which build is active; a line of its build_environment is looked up.
home=$(/bin/cat "$YARDSTICK/buildhome.dat")
cloud=$(/bin/cat "$home/runtimedata/ACTIVE_CLOUDHOST")
build=$(/bin/cat "$home/runtimedata/ACTIVE_BUILD_IDENTIFIER")
/bin/grep "^$1=" "$home/runtimedata/$cloud/$build/build_environment" | /bin/sed -e 's/"//g' -e 's/[^=]*=//'
