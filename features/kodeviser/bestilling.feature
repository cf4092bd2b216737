# language: da
@phone
Egenskab: Bestil eller aktivér en kodeviser
  Vejledningens trin 5, del 3, på dansk: "Nej" fører til bestillingen, "Ja" til aktiveringen.

  Scenarie: Uden kodeviser bestilles en
    Givet trin 5 i vejledningen på den telefon, der scannede mit pas
    Når jeg vælger "Kodeviser, kodeoplæser eller chip" på skærmen "Hvordan vil du godkende med MitID?" og trykker "Næste" [S5.C.1]
    Og jeg trykker "Vælg kodeviser" [S5.C.2]
    Så vises "Har du en kodeviser/kodeoplæser/chip?" [S5.C.3]
    Når jeg trykker "Nej, bestil"
    Så vises "Bestil MitID" [S5.C.4]
    Når jeg trykker "Bestil" [S5.C.4]
    Så vises "Din bestilling er modtaget" [S5.C.4]

  Scenarie: Med kodeviser begynder aktiveringen
    Givet trin 5 i vejledningen på den telefon, der scannede mit pas
    Når jeg vælger "Kodeviser, kodeoplæser eller chip" på skærmen "Hvordan vil du godkende med MitID?" og trykker "Næste" [S5.C.1]
    Og jeg trykker "Vælg kodeoplæser" [S5.C.2]
    Så vises "Har du en kodeviser/kodeoplæser/chip?" [S5.C.3]
    Når jeg trykker "Ja, aktivér"
    Så vises "Opret en personlig adgangskode" [S5.C.5a]
