@chip @phone
Feature: A chip has a guide of its own
  The guide, step 5, part 3, items 2 and 5: a chip leaves the code devices' way.

  Scenario: "Yes" to a chip leads to its own guide
    Given step 5 of the guide on the phone that scanned my passport
    When I select "Code display, audio code reader, or chip" on the screen "How do you want to authenticate with MitID?" and tap "Next" [S5.C.1]
    And I scroll down and tap "Select chip" [S5.C.2]
    Then I see the message "Do you have a code display/audio code reader/chip?" [S5.C.3]
    When I tap "Yes, activate" [S5.C.5a]
    Then I see the message "Activate MitID chip" [S5.C.5b]
    And the screen "Activate MitID chip" reads "A MitID chip has a guide of its own. Follow it to activate your chip." [S5.C.5b]
    And the screen "Activate MitID chip" reads "A MitID chip is a FIDO key that is used over USB, NFC or Bluetooth." [H.10]
