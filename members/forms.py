from django import forms


class SignupForm(forms.Form):
    """What is asked beside e-mail and password when an account is made."""

    def signup(self, request, user):
        pass
