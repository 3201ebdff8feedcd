"""Whose mail it is: the sender's address against the directory, and what our server checked."""

import re
from collections.abc import Collection, Sequence

from cases.vocabulary.mail import SenderProof

#: Mailboxes that everybody can open: here the whole address must be the office's, not its domain.
WEBMAIL = frozenset(
    {
        *("163.com", "126.com", "yeah.net", "188.com", "vip.163.com", "vip.126.com"),
        *("qq.com", "vip.qq.com", "foxmail.com", "sina.com", "sina.cn", "vip.sina.com"),
        *("sohu.com", "139.com", "189.cn", "wo.cn", "aliyun.com", "21cn.com", "tom.com"),
        *("gmail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com"),
    }
)
_METHOD = re.compile(r"(?:^|;)\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([a-z]{1,12})")
_COMMENT = re.compile(r"\([^()]*\)")


def domain_of(address: str) -> str:
    """Return the part behind the @, in lower case."""
    return address.rpartition("@")[2].lower()


def is_of_office(sender: str, addresses: Collection[str]) -> bool:
    """Whether a sender may write for an office that is known under these addresses.

    The same domain is enough, or one below it; on a webmail domain only the same address is.
    """
    sender, domain = sender.lower(), domain_of(sender)
    for address in addresses:
        known = domain_of(address)
        if sender == address.lower():
            return True
        if not known or known in WEBMAIL or "." not in known:
            continue
        if domain == known or domain.endswith(f".{known}"):
            return True
    return False


def proof_of(results: Sequence[str], trusted: str) -> SenderProof:
    """Return what our server wrote into Authentication-Results (RFC 8601).

    `results` are the header's values, the newest first. Only those of the `trusted` authserv-id
    count; anybody can write the others. Without one nothing is proven.
    """
    found: dict[str, str] = {}
    if trusted:
        for value in results:
            said, _, methods = _COMMENT.sub(" ", value).partition(";")
            if said.split()[:1] != [trusted]:
                continue
            for method, result in _METHOD.findall(methods.lower()):
                best = found.get(method) == "pass" or (method in found and result != "pass")
                found[method] = found[method] if best else result
            break  # Those below came in with the message.
    return SenderProof(**found)
