# language: da
@app @phone @sms @uses-app
Egenskab: Aktivér MitID app på denne telefon
  Vejledningen, trin 5, del 1, på dansk: et Gherkin-trin for hvert trin i vejledningen, med skærmenes danske tekster.

  Scenarie: Den beskrevne vej, punkt 1 til 6
    Givet trin 5 i vejledningen på den telefon, der scannede mit pas
    Når jeg vælger "På denne telefon" på skærmen "Hvordan vil du godkende med MitID?" [S5.A.1]
    Så vises "Midlertidig PIN-kode" [S5.A.1]
    Når jeg indtaster den midlertidige PIN-kode, jeg modtager på SMS [S5.A.2]
    Og jeg opretter en personlig PIN-kode og gentager den [S5.A.3a]
    Og jeg vælger ikke at bruge biometri [S5.A.4]
    Og jeg trykker "Opsæt notifikationer" og derefter "Tillad" [S5.A.5]
    Så vises "Din MitID app er nu aktiveret og klar til brug." [S5.A.6]
    Når jeg trykker "OK"
    Så vises telefonens startskærm [S5.A.6]
    Når jeg åbner appen
    Så beder appen om min PIN-kode [S5.A.3b]
    Når jeg åbner appen og indtaster min personlige PIN-kode
    Så er appen klar til brug [S5.A.0]
    Og kommer der en vigtig besked [S5.A.5]
