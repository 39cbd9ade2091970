{% autoescape off %}{% if is_plain %}importScripts("{{ keeping }}");
{% else %}import "{{ background }}";
{% endif %}self.DOOR = { page: {{ page }}, files: {{ files }}, version: "{{ version }}" };
{% endautoescape %}
