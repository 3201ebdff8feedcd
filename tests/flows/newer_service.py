"""`python -m tests.flows.newer_service`: a worker of the next version, which has a second flow."""

import sys

from cases.vocabulary.status import Outcome
from flows import service
from flows.case_flow import case_flow
from flows.case_run import CaseRun


@case_flow("certificate-issuance", version=2)
def certificate_issuance_by_manager(case: CaseRun) -> Outcome:
    """Ask the home office; the manager follows the case, nobody reminds."""
    request = case.ask(case.home_office, letter="request", enclosing=["application"])
    last = case.ladder[-1]
    answer = case.wait_for_answer(request, last)
    if answer is None:
        case.climb(last, request)
        answer = case.wait_for_manager(request)
    return case.close_with(answer)


if __name__ == "__main__":
    sys.exit(service.main())
