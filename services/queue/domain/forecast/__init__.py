"""How long people will wait, told as an honest range.

    happenings → Watch → Situation ┐
                   └──→ Learner → Beliefs ┤→ forecast → Range of each ticket → promise → track record

Pure: times are seconds since the epoch and come in with the happenings, chance comes in as a generator of
random numbers. docs/decisions/0020-waiting-time-forecast.md says why it is done this way.
"""
