"""`python -m chaos.enter MODULE`: a module of this package with Django ready before its imports."""

import runpy
import sys

import django

django.setup()
runpy.run_module(sys.argv[1], run_name="__main__")
