# Leave that an officer asks for, by mail to the staff.
leave-asked-subject = { $officer } beantragt Urlaub
leave-asked-text =
    { $officer } beantragt Urlaub: { $span }.
    Dazu geschrieben: { $said }

    Darüber entscheiden Sie hier: { $page }
leave-approved-subject = Ihr Urlaub ist genehmigt
leave-approved-text =
    Ihr Urlaub ist genehmigt: { $span }.
    Entschieden hat: { $by }
    Dazu geschrieben: { $said }

    Alles zu Ihren Wünschen und Ihrem Urlaub: { $page }
leave-refused-subject = Ihr Urlaub ist nicht genehmigt
leave-refused-text =
    Ihr Antrag auf Urlaub ist abgelehnt: { $span }.
    Entschieden hat: { $by }
    Dazu geschrieben: { $said }

    Alles zu Ihren Wünschen und Ihrem Urlaub: { $page }
