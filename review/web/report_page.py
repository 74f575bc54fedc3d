"""The picture of the whole collection: codes, counts and days, for everyone who may see finished clips."""

from starlette.responses import Response

from review.report import make_report
from review.report_picture import report_svg
from review.web.pages import show
from review.web.visit import Visit


def report(visit: Visit) -> Response:
    return show(visit, "report.html", tables=make_report(visit.services.collect()))


def report_picture(visit: Visit) -> Response:
    return Response(report_svg(make_report(visit.services.collect())), media_type="image/svg+xml")
