from members.forms.accounts import SignupForm

__all__ = ["SignupForm"]
