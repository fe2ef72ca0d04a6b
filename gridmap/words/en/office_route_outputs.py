"""Words of what comes out of a plan."""

WORDS = {
    "route_private": "{argument}: the route holds what is sensitive ({layers}); name it to show it, and say why",
    "route_one_cadre": "{argument}: {output} is the paper of one evening; name one of {allowed}, and the day if there are several",
    "route_source": "plan {plan}, grid edition {edition}",
    "route_and": "; ",
    "route_issue": "issue",
}
