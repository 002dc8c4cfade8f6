"""Registration by one pasted address."""

from flask import Blueprint

routes = Blueprint("registering", __name__, url_prefix="/lti")
