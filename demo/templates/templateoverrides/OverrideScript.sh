#!/bin/sh
# User data of a build machine, as far as the demo needs it.
export BUILDMACHINE_USER=""
export BUILDMACHINE_PASSWORD=""
#XXXECHOZZZ
#XXXYYYZZZ
#XXXROOTENVZZZ
. /root/Environment.env
