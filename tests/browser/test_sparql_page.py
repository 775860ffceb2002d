"""The SPARQL page in a browser: examples, links, downloads, and nothing asked of anybody else."""

import csv
import io
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser
