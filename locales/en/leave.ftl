# Leave that an officer asks for, by mail to the staff.
leave-asked-subject = { $officer } asks for leave
leave-asked-text =
    { $officer } asks for leave: { $span }.
    They wrote: { $said }

    You decide here: { $page }
leave-approved-subject = Your leave is approved
leave-approved-text =
    Your leave is approved: { $span }.
    Decided by: { $by }
    They wrote: { $said }

    All about your wishes and your leave: { $page }
leave-refused-subject = Your leave is not approved
leave-refused-text =
    Your request for leave is refused: { $span }.
    Decided by: { $by }
    They wrote: { $said }

    All about your wishes and your leave: { $page }
