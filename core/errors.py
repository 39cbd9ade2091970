"""What an action says when the club's rules do not allow it now."""


class RuleBroken(Exception):
    """An action was asked for that cannot be done now.

    `message` is a whole sentence for the person who asked (already translated or lazy); `field` names the form
    field it belongs to, if any. Views show it where it belongs and change nothing.
    """

    def __init__(self, message, field: str | None = None):
        super().__init__(str(message))
        self.message = message
        self.field = field
