"""The staff of a service: accounts, roles, sessions, sign-in by password or by an OpenID Connect provider.

What is shared is code and never data: each service keeps accounts, sessions and roles of its own, in its own database,
and speaks of them in messages of its own (docs/decisions/0033-staff-of-each-service.md). What a service says of its
staff, who may do what and in which words, is one `StaffRules`. From it come

    routes.staff_routes(...)         the commands' routes, and where accounts are kept
    entrypoints.api_routers(rules)   the JSON API to sessions, the own password and the accounts
    entrypoints.page_routers(rules)  the pages to the same, and the sign-in
    kit.staff_kit(...)               what these share in a process, found at `app.state.staff`

    domain/       an account and why a change of it is refused
    handlers.py   AddStaff, AssignRoles, ChangePassword, RemoveStaff
    accounts.py   the read side
    outside.py    the provider, and who its people are here
    sign_outs.py  ends what a change of an account has made void
    entrypoints/  officer.py says who is signed in: `allowed("a-right")` is a dependency of any entry point
    templates/    extend the service's own `staff.html`; locales/ has their words
    cli.py        `kentongan staff`
"""
