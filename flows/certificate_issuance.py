"""Issue of a certificate (证明出具, 异地代收代办): ask the home office, and see it through."""

from cases.vocabulary.status import Outcome
from flows.case_flow import case_flow
from flows.case_run import CaseRun


@case_flow("certificate-issuance", version=1)
def certificate_issuance(case: CaseRun) -> Outcome:
    """Ask the home office for the certificate; remind, escalate, and close with its answer."""
    request = case.ask(case.home_office, letter="request", enclosing=["application"])
    for rung in case.ladder:
        answer = case.wait_for_answer(request, rung)
        if answer:
            return case.close_with(answer)
        case.climb(rung, request)
    return case.close_with(case.wait_for_manager(request))
