from django.db import migrations


def give_the_role(apps, schema_editor):
    """Who was allowed to handle tickets by name is so by the role."""
    employees = apps.get_model("employees", "Employee").objects.filter(user_permissions__codename="change_ticket")
    role, _ = apps.get_model("auth", "Group").objects.get_or_create(name="employee")
    for employee in employees.distinct():
        employee.groups.add(role)
        employee.user_permissions.remove(*employee.user_permissions.filter(codename="change_ticket"))


class Migration(migrations.Migration):

    dependencies = [
        ('employees', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='employee',
            options={'permissions': [('manage', 'Can manage accounts and settings')], 'verbose_name': 'user', 'verbose_name_plural': 'users'},
        ),
        migrations.RunPython(give_the_role, migrations.RunPython.noop),
    ]
