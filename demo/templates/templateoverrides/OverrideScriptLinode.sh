#!/bin/bash
# A StackScript of a build machine, as far as the demo needs it.
#XXXSTACKYYY
