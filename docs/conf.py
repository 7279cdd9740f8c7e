"""Sphinx configuration."""

from homeserve_dispatch import __version__

project = "homeserve-dispatch"
author = "the homeserve-dispatch authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"homeserve-dispatch {version}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_class_signature = "separated"
autodoc_default_options = {"exclude-members": "model_config, model_post_init, __new__, __init__"}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
