"""Every column of every table, once: name, type, meaning. Tables list these; a file a subject."""

from __future__ import annotations

from schemas.fields.coding import *
from schemas.fields.graph import *
from schemas.fields.indices import *
from schemas.fields.landing import *
from schemas.fields.landsat import *
from schemas.fields.links import *
from schemas.fields.news import *
from schemas.fields.sentiment import *
from schemas.fields.web import *
from schemas.fields.words import *
