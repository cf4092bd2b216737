@copy @two-phones @camera @radio @holder @screen
Feature: The new phone must be near the old one
  Bluetooth says that it is; a relayed code does not work.

  Scenario: Without Bluetooth, the old phone shows no QR code
    Given the app asked to show a QR code
    Then no QR code is shown [S5.B.4]
    When I refuse Bluetooth on the old phone
    Then "MitID needs Bluetooth" is shown [S5.B.4]
    And no QR code is shown [S5.B.4]
    And the old phone does not advertise [S5.B.4]

  Scenario: Without Bluetooth, the new phone does not scan
    Given the MitID app, newly installed on another phone
    When I tap "Get started" on the screen "Activate your MitID." on the new phone
    And I select "Copy from another MitID app" and tap "Next" on the new phone
    And I check the box "QR code is shown on the old app" and tap "Scan QR code" on the new phone
    And I refuse Bluetooth on the new phone
    Then "MitID needs Bluetooth" is shown on the new phone [S5.B.10]

  Scenario: Advertising ends with the scan
    Given the app copied to the new phone as far as the user ID
    Then the old phone no longer advertises [H.7]

  Scenario: Advertising ends when the activation is cancelled
    Given a QR code shown on the old phone
    Then the old phone advertises that it is near [H.7]
    When I cancel on the old phone
    Then the old phone no longer advertises [H.7]

  Scenario: A code relayed to a distant phone is refused
    Given the MitID app, newly installed on another phone
    And a QR code shown on the old phone
    When the new phone is carried far off
    And I open the scanner of the new phone
    And the code, saved, is shown to the new phone
    Then the screen "The QR code cannot be used" reads "The old phone/tablet is not near." on the new phone [H.7]

  Scenario: A code is refused where nothing is heard of the old phone
    Given the MitID app, newly installed on another phone
    And a QR code shown on the old phone
    And the scanner of the new phone is open
    When the old phone is carried out of radio range
    And what was advertised is out of date
    And the code, saved, is shown to the new phone
    Then the screen "The QR code cannot be used" reads "The old phone/tablet is not near." on the new phone [H.7]

  Scenario: A stranger's advert does not help
    Given the MitID app, newly installed on another phone
    And a QR code shown on the old phone
    And the scanner of the new phone is open
    When the old phone is carried out of radio range
    And what was advertised is out of date
    And a stranger advertises as the old phone would
    And the code, saved, is shown to the new phone
    Then the screen "The QR code cannot be used" reads "The old phone/tablet is not near." on the new phone [H.7]

  Scenario: A replayed advert does not help
    Given the MitID app, newly installed on another phone
    And a QR code shown on the old phone
    And the scanner of the new phone is open
    When I keep what the old phone advertises
    And the old phone is carried out of radio range
    And what was advertised is out of date
    And what was kept is advertised again
    And the code, saved, is shown to the new phone
    Then the screen "The QR code cannot be used" reads "The old phone/tablet is not near." on the new phone [CIR2015-1502-2.3.1]
