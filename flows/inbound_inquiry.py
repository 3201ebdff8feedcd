"""An inquiry of another office (协查来函): acknowledge it, see that we answer, send the reply."""

from cases.vocabulary.status import Outcome
from flows.case_flow import case_flow
from flows.case_run import CaseRun


@case_flow("inbound-inquiry", version=1)
def inbound_inquiry(case: CaseRun) -> Outcome:
    """Acknowledge; wait for our clerk, reminded, then told to the manager; reply and close."""
    duty = case.take_on()
    case.acknowledge(letter="acknowledgement")
    for rung in case.ladder:
        if case.our_answer(duty, rung):
            return case.reply(duty, letter="reply_letter")
        case.urge(rung, duty)
    case.answer_of_manager(duty)
    return case.reply(duty, letter="reply_letter")
