"""What the stand-in says when it refuses: to a program in Stripe's own shape, to whoever drives it as an exception."""


class NotPossible(Exception):
    """Whoever drives the stand-in asks for what cannot happen now (paying an expired session)."""


class Refusal(Exception):
    """An answer of the API that is an error.

    `stored` says whether an idempotency key remembers it: Stripe keeps what an endpoint answered once it began to
    work, but not that the parameters never reached it.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        stored: bool = True,
    ):
        super().__init__(message)
        self.status, self.stored = status, stored
        self.error = {"message": message, "type": kind}
        if code:
            self.error |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"}
        if param:
            self.error["param"] = param

    @property
    def body(self) -> dict:
        return {"error": self.error}


def bad_parameter(param: str, message: str, code: str | None = None) -> Refusal:
    """The parameters are wrong in themselves, whatever the state of things."""
    return Refusal(message, param=param, code=code, stored=False)


def no_such(noun: str, thing_id: str, *, param: str = "id", status: int = 404) -> Refusal:
    return Refusal(f"No such {noun}: '{thing_id}'", status=status, code="resource_missing", param=param)


def unknown_address(method: str, path: str) -> Refusal:
    return Refusal(f"Unrecognized request URL ({method}: {path}). The stand-in does not know it.", status=404)


def unavailable(status: int) -> Refusal:
    """Stripe itself is unwell, or has enough of us."""
    if status == 429:
        return Refusal("Too many requests hit the API too quickly.", status=429, code="rate_limit")
    return Refusal("An error occurred on our end.", status=status, kind="api_error")
