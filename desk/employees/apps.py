from django.apps import AppConfig


class EmployeesConfig(AppConfig):
    name = "employees"

    def ready(self) -> None:
        """Keep the roles' permissions in step with the code."""
        from employees import roles

        roles.connect()
