class PermissionsPolicyMiddleware:
    """No page of ours uses a camera, a microphone or one's position, unless its view says so itself."""

    CLOSED = "camera=(), microphone=(), geolocation=()"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.CLOSED)
        return response
